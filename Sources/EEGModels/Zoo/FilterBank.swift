internal import EEGTensor

/// A range of frequencies in Hz.
public struct FrequencyBand: Sendable, Equatable, Codable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    /// Neighbouring bands of 4 Hz from 4 to 40 Hz.
    public static let nineOfFourHertz = (1...9).map { FrequencyBand(low: Double(4 * $0), high: Double(4 * $0 + 4)) }
}

/// The signal in several frequency bands, cut out by windowed-sinc filters without delay.
struct FilterBank: ElectrodeTimeConvolution {
    /// The coefficients of each band's filter, `[tap]`, an odd number.
    private let responses: [Parameter]

    /// - Parameter scope: gives the buffers `fir_list.i` and, since checkpoints of the reference have it, `fir_a_list.i`, the filters'
    ///   denominator 1.
    /// - Throws: `ConfigurationError` for no bands and for bands that do not lie between 0 and half of the sampling rate.
    init(_ scope: ParameterScope, _ bands: [FrequencyBand], samplingRate: Double, _ check: ConfigurationCheck) throws(ConfigurationError) {
        try check.positive(("number of bands", bands.count))
        var responses: [Parameter] = []
        for (index, band) in bands.enumerated() {
            let taps = try Self.filter(band, samplingRate, check).coefficients.map { Float($0) }
            responses.append(scope.child("fir_list").buffer("\(index)", [taps.count], Tensor(taps, shape: [taps.count])))
            _ = scope.child("fir_a_list").buffer("\(index)", [taps.count], Tensor(ones: [1]).padded(before: 0, after: taps.count - 1))
        }
        self.responses = responses
    }

    /// `[batch, 1, channel, time]` to `[batch, band, channel, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        convolution2D(x, weight: kernel, padding: (.valid, timePadding))
    }

    /// `[band, 1, 1, tap]`, as long as the longest filter. The responses are symmetric, so that the correlation is the convolution.
    var kernel: Tensor {
        let longest = responses.map(\.value.count).max() ?? 1
        let kernels = responses.map { response in
            let margin = (longest - response.value.count) / 2
            return response.value.padded(before: margin, after: margin)
        }
        return stack(kernels).reshaped(to: [responses.count, 1, 1, longest])
    }

    var kernelBias: Tensor? { nil }
    var timePadding: ConvolutionPadding { .same }
    var groups: Int { 1 }
    var isPlain: Bool { true }

    private static let longestFilter = 1 << 16

    private static func filter(
        _ band: FrequencyBand, _ samplingRate: Double, _ check: ConfigurationCheck
    ) throws(ConfigurationError) -> FIRFilter {
        let found = "\(band.low) to \(band.high) Hz"
        guard band.low < band.high else { throw check.error("band", expected: "from a lower to a higher frequency", found: found) }
        let filter: FIRFilter
        do {
            filter = try FIRFilter(.bandPass(band.low...band.high), samplingRate: samplingRate)
        } catch {
            throw check.error("band", expected: error.expected, found: found)
        }
        guard filter.coefficients.count <= longestFilter else {
            throw check.error("band", expected: "one that a filter of at most \(longestFilter) samples cuts out", found: found)
        }
        return filter
    }
}

extension Tensor {
    /// The logarithm of the variance along the last axis, without the share of the mean, kept between 10⁻⁶ and 10⁶.
    func logVariance() -> Tensor { log(variance(over: -1, unbiased: true).clamped(to: 1e-6...1e6)) }

    /// The last axis as `count` parts of equal length, behind it as many zeros as they need: `[…, part, time]`.
    func segments(_ count: Int) -> Tensor {
        let samples = shape[shape.rank - 1]
        let length = (samples + count - 1) / count
        return padded(before: 0, after: length * count - samples).unflattened(axis: -1, into: [count, length])
    }
}
