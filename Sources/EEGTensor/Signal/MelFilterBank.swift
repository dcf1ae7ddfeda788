internal import Foundation

/// Overlapping triangular bands at equal distances on the mel scale of pitch.
public struct MelFilterBank: Hashable, Sendable {
    /// The relation between frequency and mel.
    public enum Scale: Hashable, Sendable {
        /// 2595 log10(1 + f / 700): O'Shaughnessy, used by HTK.
        case htk
        /// Linear up to 1 kHz, logarithmic above: Slaney's Auditory Toolbox.
        case slaney

        func mel(_ frequency: Double) -> Double {
            switch self {
            case .htk: 2595 * log10(1 + frequency / 700)
            case .slaney: frequency < 1000 ? frequency * 3 / 200 : 15 + log(frequency / 1000) * 27 / log(6.4)
            }
        }

        func frequency(_ mel: Double) -> Double {
            switch self {
            case .htk: 700 * (pow(10, mel / 2595) - 1)
            case .slaney: mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * log(6.4) / 27)
            }
        }
    }

    /// What all triangles have in common.
    public enum Normalization: Hashable, Sendable {
        /// The height, 1.
        case height
        /// The area over Hz.
        case area
    }

    /// The weights `[filter][bin]`, bins from 0 to half the sampling rate.
    public let weights: [[Double]]

    /// A bank of `count` filters.
    ///
    /// - Parameters:
    ///   - range: the corners of the first and the last triangle in Hz; nil: from 0 to half the sampling rate.
    public init(
        count: Int, transformLength: Int, samplingRate: Double, range: ClosedRange<Double>? = nil, scale: Scale = .htk,
        normalization: Normalization = .height
    ) throws(FilterDesignError) {
        try FilterDesignError.check(count > 0, "count", count, "at least one filter")
        try FilterDesignError.check(transformLength > 0, "transformLength", transformLength, "at least one sample")
        try FilterDesignError.check(samplingRate.isFinite && samplingRate > 0, "samplingRate", samplingRate, "a positive number of Hz")
        let range = range ?? 0...samplingRate / 2
        try FilterDesignError.check(
            range.lowerBound >= 0 && range.upperBound <= samplingRate / 2 && range.lowerBound < range.upperBound, "range", range,
            "a part of 0 to \(samplingRate / 2) Hz")
        let (low, high) = (scale.mel(range.lowerBound), scale.mel(range.upperBound))
        let corners = (0..<count + 2).map { scale.frequency(low + (high - low) * Double($0) / Double(count + 1)) }
        weights = (0..<count).map { filter in
            let (left, middle, right) = (corners[filter], corners[filter + 1], corners[filter + 2])
            let height = normalization == .area ? 2 / (right - left) : 1
            return (0...transformLength / 2).map { bin in
                let frequency = Double(bin) * samplingRate / Double(transformLength)
                return height * max(0, min((frequency - left) / (middle - left), (right - frequency) / (right - middle)))
            }
        }
    }

    /// The filters without the zeros at both ends.
    var bands: [SpectrumBand] {
        weights.map { row in
            guard let first = row.firstIndex(where: { $0 != 0 }), let last = row.lastIndex(where: { $0 != 0 }) else {
                return SpectrumBand(begin: 0, weights: [])
            }
            return SpectrumBand(begin: first, weights: row[first...last].map { Float($0) })
        }
    }
}
