import EEGModelTesting
import EEGModels
import EEGTensor
import Foundation
import Testing

@Suite struct FilterTests {
    @Test func responsesOfKnownKernels() throws {
        // A difference of neighbours has the gain 2 sin(ω / 2), a moving average of two 2 cos(ω / 2).
        let responses = FilterResponses(of: Tensor([1, -1, 1, 1], shape: [2, 1, 1, 2]), samplingRate: 100, count: 51)
        #expect(responses.names == ["filter 1", "filter 2"])
        #expect(responses.frequencies.first == 0 && responses.frequencies.last == 50 && responses.frequencies[10] == 10)
        for (index, frequency) in responses.frequencies.enumerated() where index > 0 && index < 50 {
            let half = Double.pi * frequency / 100
            let (difference, average): (Double, Double) = (20 * log10(2 * sin(half)), 20 * log10(2 * cos(half)))
            #expect(abs(responses.decibels[0][index] - difference) < 1e-9)
            #expect(abs(responses.decibels[1][index] - average) < 1e-9)
        }
        #expect(abs(responses.decibels[0][0] + 200) < 1e-9)

        let filter = try FIRFilter(.bandPass(8...13), samplingRate: 128)
        let taps = Tensor(filter.coefficients.map { Float($0) }, shape: [1, 1, filter.coefficients.count, 1])
        let band = FilterResponses(of: taps, samplingRate: 128)
        let expected = filter.frequencyResponse(at: band.frequencies, samplingRate: 128).magnitude
        for (found, gain) in zip(band.decibels[0], expected) {
            let magnitude: Double = pow(10, found / 20)
            #expect(abs(magnitude - gain) < 1e-6)
        }

        let dilated = FilterResponses(of: Tensor([1, -1], shape: [1, 1, 2]), samplingRate: 100, dilation: 2, count: 51)
        #expect(abs(dilated.decibels[0][10] - responses.decibels[0][20]) < 1e-9)
    }

    @Test func responsesOfEEGNet() throws {
        let model = try EEGNet(SignalShape(channels: 4, samples: 128, samplingRate: 128, outputs: 2), generator: Generator(seed: 1))
        let explainer = Explainer(model)
        let temporal = explainer.filterResponses(of: "conv_temporal.weight")
        #expect(temporal.decibels.count == 8 && temporal.frequencies.last == 64)
        let sums = model.parameters[0].value.reshaped(to: [8, 64]).sum(over: 1).scalars
        for (curve, sum) in zip(temporal.decibels, sums) {
            let gain: Double = 20 * log10(Double(sum.magnitude))
            #expect(abs(curve[0] - gain) < 1e-3)
        }
        #expect(explainer.filterResponses(of: "conv_separable_depth.weight", samplingRate: 32).frequencies.last == 16)
    }

    @Test func namesOfNoParameterStop() async throws {
        let result = try #require(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let model = try EEGNet(SignalShape(channels: 4, samples: 128, samplingRate: 128, outputs: 2), generator: Generator(seed: 1))
                _ = Explainer(model).filterResponses(of: "conv_temporal")
            })
        #expect(
            String(decoding: result.standardErrorContent, as: UTF8.self).contains("no parameter conv_temporal; it has conv_temporal.weight")
        )
    }

    /// Three sources in six channels, one of them twice as large as what is looked for.
    private func mixture() -> (mixing: Matrix, windows: Tensor) {
        var generator = Generator(seed: 4)
        let mixing = Tensor(normalWithMean: 0, shape: [6, 6], using: &generator)
        let sources = Tensor(normalWithMean: 0, shape: [6, 20_000], using: &generator)
        let scales = Tensor([1, 2, 0.5, 1, 1.5, 0.7], shape: [6, 1])
        let windows = matmul(mixing, sources * scales).expandingDimensions(at: 0)
        return (Matrix(rows: 6, columns: 6, elements: mixing.scalars.map(Double.init)), windows)
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private func correlation(_ a: [Double], _ b: [Double]) -> Double {
        dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    @Test func patternsRecoverTheMixingAndFiltersDoNot() throws {
        let (mixing, windows) = mixture()
        // The filters that undo the mixing of the first three sources: rows of its inverse.
        let inverse = try mixing.solve(Matrix(identity: 6))
        let filters = Matrix(rows: 3, columns: 6, elements: Array(inverse.elements[0..<18]))
        let window: Tensor = windows[0]
        let result = try SpatialPatterns(
            filters: filters, covariance: Matrix(covarianceOf: window), channels: ["F3", "F4", "C3", "C4", "P3", "P4"])
        for source in 0..<3 {
            let truth = (0..<6).map { mixing[$0, source] }
            let pattern = (0..<6).map { result.patterns[source, $0] }
            let filter = (0..<6).map { result.filters[source, $0] }
            #expect(correlation(pattern, truth) > 0.99)
            #expect(abs(correlation(filter, truth)) < 0.9)
            // Filter and pattern of one source belong together: their product is 1.
            #expect(abs(dot(filter, pattern) - 1) < 1e-9)
        }
        #expect(throws: LinearAlgebraError.self) {
            _ = try SpatialPatterns(
                filters: filters, covariance: Matrix(rows: 6, columns: 6, elements: Array(repeating: .nan, count: 36)),
                channels: (1...6).map(String.init))
        }
    }

    @Test func patternsOfModels() throws {
        let (mixing, mixed) = mixture()
        let windows = mixed.reshaped(to: [6, 20, 1000]).permuted(1, 0, 2)
        let model = try EEGNet(SignalShape(channels: 6, samples: 1000, samplingRate: 100, outputs: 2), generator: Generator(seed: 1))
        let inverse = try mixing.solve(Matrix(identity: 6))
        // Both filters of each group take out the first two sources; over time they only pass what is there.
        let spatial = try #require(model.parameters.first { $0.name == "conv_spatial.parametrizations.weight.original" })
        let two = inverse.elements[0..<12].map { Float($0) }
        spatial.value = Tensor((0..<8).flatMap { _ in two }, shape: [16, 1, 6, 1])
        let explainer = Explainer(model, channels: ["F3", "F4", "C3", "C4", "P3", "P4"])
        let result = try explainer.spatialPatterns(of: spatial.name, behind: "conv_temporal.weight", on: windows)
        #expect(result.names.count == 16 && result.patterns.rows == 16)
        for filter in 0..<16 {
            let pattern = (0..<6).map { result.patterns[filter, $0] }
            #expect(correlation(pattern, (0..<6).map { mixing[$0, filter % 2] }) > 0.98)
        }
        // A filter over all maps of a convolution over time before: one topography for each map.
        let dense = DenseSpatialModel(channels: 6)
        let maps = try Explainer(dense).spatialPatterns(of: "spatial.weight", behind: "temporal.weight", on: windows)
        #expect(maps.names == ["filter 1, input 1", "filter 1, input 2", "filter 2, input 1", "filter 2, input 2"])
        #expect(maps.patterns.rows == 4 && maps.patterns.columns == 6)
    }
}
