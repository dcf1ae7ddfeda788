import EEGModelTesting
import EEGModels
import EEGTensor
import Testing

@Suite struct AttributionTests {
    private let shape = SignalShape(channels: 3, samples: 32, samplingRate: 64, outputs: 2)

    private func windows(_ count: Int, _ shape: SignalShape, seed: UInt64 = 7) -> Tensor {
        var generator = Generator(seed: seed)
        return Tensor(normalWithMean: 0, shape: [count, shape.channels, shape.samples], using: &generator)
    }

    private func smallEEGNet() throws -> EEGNet {
        try EEGNet(SignalShape(channels: 4, samples: 128, samplingRate: 128, outputs: 3), generator: Generator(seed: 3))
    }

    @Test func gradientsOfALinearModelAreItsWeights() {
        let model = LinearModel(shape)
        let windows = windows(4, shape)
        let classes = [0, 1, 1, 0]
        let expected = model.weights.gathered(at: classes)
        let explainer = Explainer(model, channels: ["C3", "Cz", "C4"], startTime: -0.25)
        let gradients = explainer.inputGradients(of: windows, classes: classes)
        expectClose(gradients.values, expected)
        #expect(gradients.rows == ["C3", "Cz", "C4"] && gradients.quantity == "score / µV" && gradients.classes == classes)
        #expect(gradients.axes.times.prefix(2) == [-0.25, -0.25 + 1 / 64.0])
        expectClose(explainer.inputGradients(of: windows, classes: classes, timesInput: true).values, expected * windows)
        var generator = Generator(seed: 2)
        expectClose(explainer.smoothedGradients(of: windows, classes: classes, using: &generator).values, expected)
        let integrated = explainer.integratedGradients(of: windows, classes: classes, steps: 3)
        expectClose(integrated.attribution.values, expected * windows)
        expectClose(
            explainer.integratedGradients(of: windows, classes: classes, baseline: Tensor(ones: [3, 1]), steps: 3).attribution.values,
            expected * (windows - 1))
    }

    @Test func predictedClassesAreTheDefault() throws {
        let model = try smallEEGNet()
        let windows = windows(5, model.shape)
        var context = ForwardContext.inference
        let predicted = model(windows, &context).argmax(axis: -1)
        #expect(Explainer(model).inputGradients(of: windows).classes == predicted)
        #expect(Explainer(model).axes.channels == ["1", "2", "3", "4"])
    }

    @Test func integratedGradientsAreComplete() throws {
        let model = try smallEEGNet()
        let windows = windows(4, model.shape)
        let explainer = Explainer(model)
        let coarse = explainer.integratedGradients(of: windows, classes: [0, 1, 2, 0], steps: 2)
        let fine = explainer.integratedGradients(of: windows, classes: [0, 1, 2, 0], steps: 64)
        let largest = { (errors: [Double]) in errors.reduce(0) { max($0, abs($1)) } }
        #expect(largest(fine.completenessErrors) < 1e-4, "\(fine.completenessErrors)")
        #expect(largest(fine.completenessErrors) < largest(coarse.completenessErrors))

        // For the logarithm of the power there is no error but rounding, and shares of channels are known.
        let smooth = LogPower(ParameterScope(generator: Generator(seed: 1)), shape)
        let signals = self.windows(3, shape)
        let baseline = signals * 0.5
        let logPower = Explainer(smooth).integratedGradients(of: signals, classes: [0, 1, 0], baseline: baseline)
        #expect(largest(logPower.completenessErrors) < 1e-5, "\(logPower.completenessErrors)")
    }

    @Test func smoothedGradientsFollowTheGenerator() throws {
        let model = try smallEEGNet()
        let windows = windows(2, model.shape)
        let explainer = Explainer(model)
        func smoothed(_ seed: UInt64, noise: Float = 0.15) -> Tensor {
            var generator = Generator(seed: seed)
            return explainer.smoothedGradients(of: windows, classes: [0, 1], copies: 3, noise: noise, using: &generator).values
        }
        #expect(smoothed(1) == smoothed(1))
        #expect(smoothed(1) != smoothed(2))
        expectClose(smoothed(1, noise: 0), explainer.inputGradients(of: windows, classes: [0, 1]).values)
    }

    @Test func gradCAMWeightsFiltersByTheirMeanGradient() {
        // Two filters: one is the first channel, one the second; the score is 2 · mean(first) − 3 · mean(second).
        let model = LinearModel(shape)
        let windows = windows(2, shape)
        let attribution = Explainer(model).gradCAM(
            of: windows, classes: [0, 0], activations: { x, _ in x[0..., 0..<2] },
            scores: { x, _ in
                let means = x.mean(over: .time)
                let (first, second): (Tensor, Tensor) = (means[0..., 0], means[0..., 1])
                return stack([first * 2 - second * 3, first], axis: 1)
            })
        let (first, second): (Tensor, Tensor) = (windows[0..., 0], windows[0..., 1])
        let expected = relu(first * Float(2 / 32.0) - second * Float(3 / 32.0))
        #expect(attribution.rows == ["all channels"])
        expectClose(attribution.values, expected.expandingDimensions(at: 1))
    }

    @Test func gradCAMOfEEGNetCoversTheWindow() throws {
        let model = try smallEEGNet()
        let windows = windows(3, model.shape)
        let layers = [
            "conv_temporal", "bnorm_temporal", "conv_spatial", "bnorm_1", "conv_separable_depth", "conv_separable_point", "bnorm_2",
        ]
        for layer in layers {
            let attribution = Explainer(model).gradCAM(of: windows, at: layer)
            let isSpatial = layer.hasSuffix("temporal")
            #expect(attribution.values.shape == [3, isSpatial ? 4 : 1, 128], "\(layer)")
            #expect(attribution.rows == (isSpatial ? ["1", "2", "3", "4"] : ["all channels"]), "\(layer)")
            #expect(attribution.values.min().scalar >= 0 && attribution.values.max().scalar.isFinite, "\(layer)")
        }
    }

    @Test func gradCAMAtALayerIsThatOfTheModelCutBehindIt() {
        let model = DenseSpatialModel(channels: 3)
        let windows = windows(2, model.shape)
        let explainer = Explainer(model)
        let cut = explainer.gradCAM(
            of: windows, classes: [0, 1], activations: { model.temporal($0.expandingDimensions(at: 1), &$1) },
            scores: { model.spatial($0, &$1).mean(over: [2, 3]) })
        let found = explainer.gradCAM(of: windows, classes: [0, 1], at: "temporal")
        #expect(found.rows == ["1", "2", "3"])
        #expect(found.values.max().scalar > 0)
        expectClose(found.values, cut.values)
    }

    @Test func namesOfNoLayerStop() async throws {
        let result = try #require(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let model = DenseSpatialModel(channels: 3)
                _ = Explainer(model).gradCAM(of: Tensor(ones: [1, 3, 1000]), at: "temporl")
            })
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("no layer temporl to see; there are temporal, spatial"))
    }

    @Test func occlusionOfALinearModelIsItsWeightedSum() {
        let model = LinearModel(shape)
        let windows = windows(3, shape)
        let classes = [1, 0, 1]
        let explainer = Explainer(model)
        let products = model.weights.gathered(at: classes) * windows
        let channels = explainer.channelOcclusion(of: windows, classes: classes)
        expectClose(channels.drops, products.sum(over: 2), absolute: 1e-5)
        let centred = model.weights.gathered(at: classes) * (windows - windows.mean(over: .time, keepingDimensions: true))
        expectClose(
            explainer.channelOcclusion(of: windows, classes: classes, fill: .mean).drops, centred.sum(over: 2), absolute: 1e-5)

        // 32 samples in stretches of 10 every 8: the last one ends with the window.
        let time = explainer.timeOcclusion(of: windows, classes: classes, length: 10 / 64.0, stride: 8 / 64.0)
        let stretches: [Range<Int>] = [0..<10, 8..<18, 16..<26, 24..<32]
        #expect(time.stretches == stretches.map { Double($0.lowerBound) / 64..<Double($0.upperBound) / 64 })
        let sums = stretches.map { products[0..., 0..., $0].sum(over: [1, 2]) }
        expectClose(time.drops, stack(sums, axis: 1), absolute: 1e-5)
        #expect(explainer.timeOcclusion(of: windows, length: 100).stretches == [0..<0.5])
        #expect(explainer.timeOcclusion(of: windows, length: 1e-9).stretches.count == 32)
    }

    @Test func unusedChannelOfEEGNetDoesNotMatter() throws {
        let model = try smallEEGNet()
        let spatial = try #require(model.parameters.first { $0.name == "conv_spatial.parametrizations.weight.original" })
        spatial.update { weight in
            weight.withUnsafeMutableBufferPointer { values in
                for index in stride(from: 2, to: values.count, by: 4) { values[index] = 0 }
            }
        }
        let windows = windows(3, model.shape)
        let explainer = Explainer(model)
        for fill in [OcclusionFill.zero, .mean, .noise(Generator(seed: 5))] {
            let drops = explainer.channelOcclusion(of: windows, fill: fill).drops
            for window in 0..<3 {
                #expect(drops[window, 2] == 0)
                #expect(drops[window, 1] != 0)
            }
        }
        let unused: Tensor = explainer.inputGradients(of: windows).values[0..., 2]
        #expect(abs(unused).max().scalar == 0)
    }
}
