import EEGTensor
import Testing

/// The same bits for any number of threads, over sizes that are cut into many chunks: smaller ones run as one chunk and would show nothing.
@Suite struct ThreadBitsTests {
    private func noise(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var generator = Generator(seed: seed)
        return Tensor(normalWithMean: 0, shape: shape, using: &generator)
    }

    @Test func denseConvolutions() {
        let x = noise([40, 16, 1, 300])
        let weight = noise([16, 16, 1, 25], seed: 2)
        let bias = noise([16], seed: 3)
        expectSameBitsForAnyThreadCount {
            let (value, gradients) = valueAndGradients(at: [x, weight, bias]) {
                convolution2D($0[0], weight: $0[1], bias: $0[2]).squared().sum()
            }
            return [value] + gradients
        }
    }

    @Test func depthwiseConvolutionsAndPooling() {
        let x = noise([64, 16, 1, 1000])
        let weight = noise([16, 1, 1, 16], seed: 2)
        expectSameBitsForAnyThreadCount {
            let (value, gradients) = valueAndGradients(at: [x, weight]) {
                let y = convolution2D($0[0], weight: $0[1], groups: 16)
                let pooled = averagePooling2D(y, kernel: (1, 4)).sum() + maxPooling2D(y, kernel: (1, 8)).sum()
                return pooled + logSumExpPooling2D(y, kernel: (1, 5)).squared().sum()
            }
            return [value] + gradients
        }
    }

    @Test func interpolationAndUnfolding() {
        let x = noise([32, 20, 1000])
        expectSameBitsForAnyThreadCount {
            let (value, gradient) = valueAndGradient(at: x) {
                interpolate1D($0, size: 1501, mode: .linear()).squared().sum() + unfold1D($0, size: 100, step: 37).squared().sum()
            }
            return [value, gradient]
        }
    }

    @Test func signalProcessing() {
        let x = noise([40, 20_000])
        expectSameBitsForAnyThreadCount {
            [
                x.resampledPolyphase(up: 2, down: 5), x.resampledFourier(to: 8000), x.envelope(),
                x.welchSpectrum(samplingRate: 250, segment: 512).power,
            ]
        }
    }
}
