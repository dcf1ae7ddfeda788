import EEGModelTesting
import EEGModels
import EEGTensor
import Testing

/// The layers as one and one after the other.
@Suite struct TemporalSpatialLayerTests {
    private struct Layers {
        let scope = ParameterScope(generator: Generator(seed: 1))
        let temporal: Convolution2D
        let norm: BatchNorm
        let spatial: Convolution2D

        init(stride: Int = 1, outputs: Int = 8, groups: Int = 4, kernelHeight: Int = 5, activation: Activation = .none) {
            temporal = Convolution2D(
                scope.child("temporal"), inputs: 1, outputs: 4, kernel: (1, 12), stride: (1, stride), padding: (.valid, .zeros(6)))
            norm = BatchNorm(scope.child("norm"), channels: 4, activation: activation)
            spatial = Convolution2D(
                scope.child("spatial"), inputs: 4, outputs: outputs, kernel: (kernelHeight, 1), groups: groups, maximumNorm: 0.5)
        }

        var together: TemporalSpatialConvolution { TemporalSpatialConvolution(temporal: temporal, norm: norm, spatial: spatial) }

        func apart(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            spatial(norm(temporal(x.expandingDimensions(at: 1), &context), &context), &context)
        }

        var running: Tensor { stack([norm.runningMean.value, norm.runningVariance.value]) }
    }

    private func windows() -> Tensor {
        var generator = Generator(seed: 2)
        return Tensor(normalWithMean: 1, shape: [6, 5, 80], using: &generator)
    }

    @Test func outputsAndRunningStatistics() {
        let x = windows()
        let variants = [
            Layers(), Layers(outputs: 3, groups: 1), Layers(stride: 2), Layers(kernelHeight: 3), Layers(activation: .relu),
        ]
        for layers in variants {
            for isTraining in [true, false] {
                func context() -> ForwardContext { isTraining ? .training(Generator(seed: 3)) : .inference }
                var (first, second) = (context(), context())
                expectClose(layers.together(x, &second), layers.apart(x, &first), relative: 1e-5)
                let before = layers.running
                first.applyUpdates()
                let moved = layers.running
                (layers.norm.runningMean.value, layers.norm.runningVariance.value) = (before.sliced(axis: 0, 0), before.sliced(axis: 0, 1))
                second.applyUpdates()
                expectClose(layers.running, moved, relative: 1e-5)
                #expect((moved == before) != isTraining)
            }
        }
    }

    @Test func theMapIsMadeWhereItIsAskedFor() throws {
        func makesMap(_ order: TemporalSpatialOrder?) -> Bool {
            let graph = recordedGraph(at: windows()) { x in
                var context = ForwardContext.inference
                context.temporalSpatialOrder = order
                return Layers().together(x, &context)
            }
            return graph.steps.contains { $0.outputs[0] == [6, 4, 5, 81] }
        }
        #expect(makesMap(.temporalFirst) && !makesMap(nil))

        let shape = SignalShape(channels: 5, samples: 128, samplingRate: 128, outputs: 2)
        let explainer = Explainer(try EEGNet(shape, generator: Generator(seed: 1)))
        var generator = Generator(seed: 2)
        let x = Tensor(normalWithMean: 0, shape: [2, 5, 128], using: &generator)
        #expect(explainer.gradCAM(of: x, at: "bnorm_temporal").rows.count == 5)
        #expect(explainer.gradCAM(of: x, at: "conv_spatial").rows == ["all channels"])
    }
}
