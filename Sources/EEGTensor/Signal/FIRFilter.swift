internal import Foundation

/// A filter with a finite, symmetric impulse response of odd length: linear phase, or none when applied centred.
public struct FIRFilter: Hashable, Sendable {
    /// The impulse response.
    public let coefficients: [Double]

    /// A filter with a given impulse response.
    ///
    /// - Precondition: an odd number of coefficients, equal from both ends.
    public init(coefficients: [Double]) {
        require(coefficients.count % 2 == 1, "FIRFilter: \(coefficients.count) coefficients, expected an odd number")
        let largest = coefficients.reduce(0) { max($0, abs($1)) }
        require(
            zip(coefficients, coefficients.reversed()).allSatisfy { abs($0 - $1) <= 1e-12 * largest },
            "FIRFilter: the coefficients are not symmetric")
        self.coefficients = coefficients
    }

    /// The tapers that MNE designs with, each with the length its transition needs.
    public enum Window: Hashable, Sendable {
        case hann, hamming, blackman

        var function: WindowFunction {
            switch self {
            case .hann: .hann
            case .hamming: .hamming
            case .blackman: .blackman
            }
        }

        /// Samples per (sampling rate / transition width).
        var lengthFactor: Double {
            switch self {
            case .hann: 3.1
            case .hamming: 3.3
            case .blackman: 5.0
            }
        }
    }

    /// The widths in Hz over which the gain falls from 1 to 0, outside the pass band.
    public struct Transitions: Hashable, Sendable {
        /// At the lower edge of the pass band; nil: a quarter of the edge's frequency, at least 2 Hz, at most the frequency itself.
        public var low: Double?
        /// At the upper edge of the pass band; nil: a quarter of the edge's frequency, at least 2 Hz, at most up to half the sampling rate.
        public var high: Double?

        public init(low: Double? = nil, high: Double? = nil) { (self.low, self.high) = (low, high) }
    }

    /// A filter by the windowed-sinc method with the conventions of MNE-Python: the edges of the band have full gain, and the transitions
    /// lie outside of the pass band.
    ///
    /// - Parameters:
    ///   - transitions: their widths in Hz.
    ///   - length: of the impulse response in samples, made odd; nil: what the narrowest transition needs.
    public init(
        _ band: FilterBand, samplingRate: Double, window: Window = .hamming, transitions: Transitions = Transitions(), length: Int? = nil
    ) throws(FilterDesignError) {
        try band.validate(samplingRate: samplingRate)
        let edges = try Self.edges(of: band, transitions, samplingRate)
        let narrowest = edges.reduce(Double.infinity) { min($0, $1.width) }
        let needed = (window.lengthFactor * samplingRate / narrowest).rounded(.up)
        try FilterDesignError.check((length ?? 1) > 0, "length", length ?? 0, "a positive number of samples")
        try FilterDesignError.check(
            max(needed, Double(length ?? 0)) <= Double(Self.longest), "transitions", narrowest,
            "wide enough for a filter of at most \(Self.longest) samples at \(samplingRate) Hz")
        var taps = length ?? Int(needed)
        taps += 1 - taps % 2
        var response = [Double](repeating: 0, count: taps)
        if edges[edges.count - 1].rises { response[taps / 2] = 1 }
        for edge in edges {
            var own = Int((window.lengthFactor * samplingRate / edge.width).rounded(.toNearestOrEven))
            own += 1 - own % 2
            try FilterDesignError.check(
                own <= taps, "length", taps, "at least \(own) samples for a transition of \(edge.width) Hz at \(samplingRate) Hz")
            let lowPass = window.function.lowPass(taps: own, cutoff: (2 * edge.start + edge.width) / samplingRate)
            let sign: Double = edge.rises ? -1 : 1
            for index in 0..<own { response[(taps - own) / 2 + index] += sign * lowPass[index] }
        }
        coefficients = response
    }

    /// The most samples of an impulse response; a filter beyond that is a mistake in its settings.
    private static let longest = 1 << 24

    /// A transition from `start` to `start + width` Hz.
    private struct Edge {
        let start: Double
        let width: Double
        let rises: Bool
    }

    private static func edges(
        of band: FilterBand, _ transitions: Transitions, _ samplingRate: Double
    ) throws(FilterDesignError) -> [Edge] {
        let nyquist = samplingRate / 2
        func rising(to edge: Double) throws(FilterDesignError) -> Edge {
            let width = transitions.low ?? min(max(edge / 4, 2), edge)
            try FilterDesignError.check(width > 0 && width <= edge, "transitions.low", width, "more than 0 and at most \(edge) Hz")
            return Edge(start: edge - width, width: width, rises: true)
        }
        func falling(from edge: Double) throws(FilterDesignError) -> Edge {
            let width = transitions.high ?? min(max(edge / 4, 2), nyquist - edge)
            try FilterDesignError.check(
                width > 0 && edge + width <= nyquist, "transitions.high", width, "more than 0 and at most \(nyquist - edge) Hz")
            return Edge(start: edge, width: width, rises: false)
        }
        switch band {
        case .lowPass(let edge): return [try falling(from: edge)]
        case .highPass(let edge): return [try rising(to: edge)]
        case .bandPass(let range): return [try rising(to: range.lowerBound), try falling(from: range.upperBound)]
        case .bandStop(let range):
            let (fall, rise) = (try falling(from: range.lowerBound), try rising(to: range.upperBound))
            try FilterDesignError.check(
                fall.start + fall.width < rise.start, "transitions", "\(fall.width) and \(rise.width)",
                "a stop band left between \(fall.start + fall.width) and \(rise.start) Hz")
            return [fall, rise]
        }
    }

    /// The response at some frequencies in Hz, with the delay of half the length that a causal filter has.
    public func frequencyResponse(at frequencies: [Double], samplingRate: Double) -> FrequencyResponse {
        FrequencyResponse(frequencies) { frequency in
            let z1 = Complex(angle: -2 * Double.pi * frequency / samplingRate)
            return coefficients.reversed().reduce(Complex(0)) { $0 * z1 + Complex($1) }
        }
    }
}
