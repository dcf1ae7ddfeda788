import EEGModelTesting
import EEGModels
import EEGTensor
import Testing

@Suite struct EEGNetTests {
    private let shape = SignalShape(channels: 8, samples: 1000, samplingRate: 250, outputs: 4)

    @Test func parametersHaveTheNamesAndShapesOfBraindecode() throws {
        let model = try EEGNet(shape, generator: Generator(seed: 1))
        let expected: [String: Shape] = [
            "conv_temporal.weight": [8, 1, 1, 64], "bnorm_temporal.weight": [8], "bnorm_temporal.bias": [8],
            "conv_spatial.parametrizations.weight.original": [16, 1, 8, 1], "bnorm_1.weight": [16], "bnorm_1.bias": [16],
            "conv_separable_depth.weight": [16, 1, 1, 16], "conv_separable_point.weight": [16, 16, 1, 1], "bnorm_2.weight": [16],
            "bnorm_2.bias": [16], "final_layer.conv_classifier.weight": [4, 16, 1, 31], "final_layer.conv_classifier.bias": [4],
        ]
        #expect(Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.shape) }) == expected)
        #expect(model.parameterCount == 3220)
        let buffers = model.scope.store.buffers.map(\.name)
        #expect(buffers == ["bnorm_temporal", "bnorm_1", "bnorm_2"].flatMap { ["\($0).running_mean", "\($0).running_var"] })

        var constrained = EEGNet.Configuration()
        constrained.finalMaximumNorm = 0.25
        let other = try EEGNet(shape, constrained, generator: Generator(seed: 1))
        #expect(other.parameterCount == 3220)
        #expect(
            other.parameters.map(\.name).suffix(2) == [
                "final_layer.linearconstraint.parametrizations.weight.original", "final_layer.linearconstraint.bias",
            ])
    }

    @Test func aFurtherLayerChangesNoOtherStart() throws {
        var wide = EEGNet.Configuration()
        wide.separableFilters = 24
        let narrow = try EEGNet(shape, generator: Generator(seed: 1))
        let other = try EEGNet(shape, wide, generator: Generator(seed: 1))
        #expect(narrow.parameters[0].value == other.parameters[0].value)
        #expect(try EEGNet(shape, generator: Generator(seed: 2)).parameters[0].value != narrow.parameters[0].value)
    }

    @Test func predictionsDoNotDependOnTheRestOfTheBatch() throws {
        let model = try EEGNet(shape, generator: Generator(seed: 1))
        var generator = Generator(seed: 2)
        let windows = Tensor(normalWithMean: 0, shape: [5, 8, 1000], using: &generator)
        var context = ForwardContext.inference
        let together = model(windows, &context)
        #expect(together.shape == [5, 4])
        for index in 0..<5 {
            let alone = model(Tensor(windows.scalars[(index * 8000)..<((index + 1) * 8000)], shape: [1, 8, 1000]), &context)
            expectClose(alone, Tensor(together.scalars[(index * 4)..<((index + 1) * 4)], shape: [1, 4]), relative: 1e-5)
        }
    }

    @Test func trainingQueuesRunningStatistics() throws {
        let model = try EEGNet(shape, generator: Generator(seed: 1))
        var generator = Generator(seed: 2)
        let windows = Tensor(normalWithMean: 0.5, shape: [4, 8, 1000], using: &generator)
        let before = model.scope.store.buffers.map(\.value)
        var context = ForwardContext.training(Generator(seed: 3))
        let first = model(windows, &context)
        #expect(model.scope.store.buffers.map(\.value) == before, "nothing changes before the updates are applied")
        var again = ForwardContext.training(Generator(seed: 3))
        #expect(model(windows, &again) == first)
        var other = ForwardContext.training(Generator(seed: 4))
        #expect(model(windows, &other) != first, "dropout follows the generator")
        context.applyUpdates()
        for (buffer, old) in zip(model.scope.store.buffers, before) { #expect(buffer.value != old, "\(buffer.name)") }
    }

    @Test func configurationsOutOfRangeThrow() {
        func expectRefusal(_ samples: Int = 1000, _ change: (inout EEGNet.Configuration) -> Void = { _ in }) {
            var configuration = EEGNet.Configuration()
            change(&configuration)
            let shape = SignalShape(channels: 2, samples: samples, samplingRate: 100, outputs: 2)
            #expect(throws: ConfigurationError.self) { try EEGNet(shape, configuration, generator: Generator(seed: 1)) }
        }
        expectRefusal { $0.temporalFilters = 0 }
        expectRefusal { $0.depthMultiplier = -1 }
        expectRefusal { $0.separableFilters = 0 }
        expectRefusal { $0.kernelLength = 0 }
        expectRefusal { $0.separableKernelLength = 0 }
        expectRefusal { $0.firstPooling = 0 }
        expectRefusal { $0.dropoutRate = 1 }
        expectRefusal { $0.dropoutRate = .nan }
        expectRefusal { $0.spatialMaximumNorm = 0 }
        expectRefusal { $0.finalMaximumNorm = .infinity }
        expectRefusal(20)
    }

    @Test func limitedNormsAndTheirGradients() {
        let weight = Tensor([0.3, -0.4, 0, 3, -4, 0, 1, 2, -2], shape: [3, 3])
        let limited = limitingNorm(of: weight, to: 1)
        expectClose(limited, Tensor([0.3, -0.4, 0, 0.6, -0.8, 0, 1 / 3.0, 2 / 3.0, -2 / 3.0], shape: [3, 3]), absolute: 1e-6)
        expectGradient(at: weight) {
            limitingNorm(of: $0, to: 1)
        } reference: { weight in
            var rows = weight.values
            for row in 0..<3 {
                let norm = rows[(3 * row)..<(3 * row + 3)].reduce(0) { $0 + $1 * $1 }.squareRoot()
                if norm > 1 { for index in (3 * row)..<(3 * row + 3) { rows[index] /= norm + 1e-7 } }
            }
            return DoubleTensor(rows, shape: [3, 3])
        }
        // A filter of zeros stays as it is and lets the gradient through.
        let parameter = Parameter("w", Tensor([0, 0, 3, -4], shape: [2, 2]))
        let (_, gradients) = valueAndGradient(of: [parameter]) { limitingNorm(of: parameter.value, to: 1)[0].sum() }
        #expect(gradients[parameter]?.scalars == [1, 1, 0, 0])
    }
}
