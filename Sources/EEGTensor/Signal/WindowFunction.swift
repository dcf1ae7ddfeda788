internal import Foundation

/// The shape of a taper over a segment of samples.
public enum WindowFunction: Hashable, Sendable {
    case rectangular
    case hann
    case hamming
    case blackman
    /// Kaiser's window: the larger beta, the lower the side lobes and the wider the main one.
    case kaiser(beta: Double)

    /// The samples of the window.
    ///
    /// - Parameter periodic: for spectra, the window is one period of a sequence (its last sample is left out); for filters it is symmetric.
    public func samples(_ count: Int, periodic: Bool) -> [Double] {
        require(count > 0, "WindowFunction: a window of \(count) samples")
        if count == 1 { return [1] }
        let period = Double(periodic ? count : count - 1)
        return (0..<count).map { value(at: Double($0) / period) }
    }

    /// The value at a place between 0 and 1.
    private func value(at place: Double) -> Double {
        let angle = 2 * Double.pi * place
        switch self {
        case .rectangular: return 1
        case .hann: return 0.5 - 0.5 * cos(angle)
        case .hamming: return 0.54 - 0.46 * cos(angle)
        case .blackman: return 0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle)
        case .kaiser(let beta):
            let distance = 2 * place - 1
            return Self.besselI0(beta * max(0, 1 - distance * distance).squareRoot()) / Self.besselI0(beta)
        }
    }

    /// The modified Bessel function of order 0, by its power series (Abramowitz and Stegun 9.6.12).
    private static func besselI0(_ x: Double) -> Double {
        var (sum, term, k) = (1.0, 1.0, 1.0)
        repeat {
            term *= (x / 2 / k) * (x / 2 / k)
            sum += term
            k += 1
        } while term > sum * 1e-18
        return sum
    }

    /// A low-pass filter: the windowed impulse response of the ideal one, scaled to a gain of 1 at frequency 0.
    ///
    /// - Parameter cutoff: as a fraction of half the sampling rate.
    func lowPass(taps: Int, cutoff: Double) -> [Double] {
        let center = Double(taps - 1) / 2
        let coefficients = zip(0..<taps, samples(taps, periodic: false)).map { index, weight in
            let angle = Double.pi * (Double(index) - center)
            return weight * (angle == 0 ? cutoff : sin(cutoff * angle) / angle)
        }
        let sum = coefficients.reduce(0, +)
        return coefficients.map { $0 / sum }
    }
}
