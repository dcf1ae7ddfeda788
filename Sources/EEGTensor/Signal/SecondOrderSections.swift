internal import Foundation

/// A recursive filter as a cascade of second-order sections, the numerically sound form of it.
public struct SecondOrderSections: Hashable, Sendable {
    /// One section: y[t] = b0 x[t] + b1 x[t-1] + b2 x[t-2] - a1 y[t-1] - a2 y[t-2].
    public struct Section: Hashable, Sendable {
        public var b0, b1, b2, a1, a2: Double

        public init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
            (self.b0, self.b1, self.b2, self.a1, self.a2) = (b0, b1, b2, a1, a2)
        }
    }

    /// The sections in the order in which a signal passes them.
    public var sections: [Section]

    /// A filter of given sections.
    public init(_ sections: [Section]) { self.sections = sections }

    /// A notch: a second-order band-stop around one frequency, for line noise.
    ///
    /// - Parameters:
    ///   - frequency: in Hz, between 0 and half of `samplingRate`.
    ///   - quality: the frequency divided by the width between the -3 dB points.
    public static func notch(
        at frequency: Double, quality: Double = 30, samplingRate: Double
    ) throws(FilterDesignError) -> SecondOrderSections {
        try FilterBand.lowPass(frequency).validate(samplingRate: samplingRate)
        try FilterDesignError.check(quality.isFinite && quality > 0, "quality", quality, "a positive number")
        let angle = 2 * Double.pi * frequency / samplingRate
        let gain = 1 / (1 + tan(angle / quality / 2))
        return SecondOrderSections([
            Section(b0: gain, b1: -2 * gain * cos(angle), b2: gain, a1: -2 * gain * cos(angle), a2: 2 * gain - 1)
        ])
    }

    /// The response at some frequencies in Hz: what the filter multiplies a complex oscillation by.
    public func frequencyResponse(at frequencies: [Double], samplingRate: Double) -> FrequencyResponse {
        FrequencyResponse(frequencies) { frequency in
            let z1 = Complex(angle: -2 * Double.pi * frequency / samplingRate)
            return sections.reduce(Complex(1)) { response, s in
                response * ((Complex(s.b0) + z1 * (Complex(s.b1) + s.b2 * z1)) / (Complex(1) + z1 * (Complex(s.a1) + s.a2 * z1)))
            }
        }
    }

    /// The coefficients b0, b1, b2, a1, a2 of each section.
    var coefficients: [Double] { sections.flatMap { [$0.b0, $0.b1, $0.b2, $0.a1, $0.a2] } }

    /// The state of each section, two numbers, after a constant input of 1 since ever.
    var steadyState: [Double] {
        var level = 1.0
        var state: [Double] = []
        for s in sections {
            let output = level * (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2)
            let second = s.b2 * level - s.a2 * output
            state += [s.b1 * level - s.a1 * output + second, second]
            level = output
        }
        return state
    }
}

/// The complex response of a filter at some frequencies.
public struct FrequencyResponse: Hashable, Sendable {
    /// In Hz.
    public let frequencies: [Double]
    public let real: [Double]
    public let imaginary: [Double]

    /// The gain at each frequency.
    public var magnitude: [Double] { zip(real, imaginary).map { hypot($0, $1) } }
    /// The phase at each frequency in radians, between -π and π.
    public var phase: [Double] { zip(real, imaginary).map { atan2($1, $0) } }

    init(_ frequencies: [Double], _ response: (Double) -> Complex) {
        let values = frequencies.map(response)
        self.frequencies = frequencies
        real = values.map(\.real)
        imaginary = values.map(\.imaginary)
    }
}
