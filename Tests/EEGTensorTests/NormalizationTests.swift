import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct NormalizationTests {
    /// Whole channels at once, channels in slices, slices across samples, short runs, a single channel.
    static let shapes: [Shape] = [
        [5, 6], [300, 70], [2, 3, 5], [64, 2, 1, 1000], [3, 2, 150_001], [280, 2, 1000], [1, 3, 17], [9, 1, 3], [4, 40, 1, 61],
    ]

    @Test(arguments: shapes)
    func batchStatistics(_ shape: Shape) {
        let x = sample(shape, in: -1..<3)
        let scale = sample([shape[1]], in: 0.5..<1.5, seed: 2)
        let shift = sample([shape[1]], seed: 3)
        let exact = DoubleTensor(x)
        let length = shape.elementCount / (shape[0] * shape[1])
        let count = Double(shape[0] * length)
        let moments = (0..<shape[1]).map { (channel: Int) -> Moments in
            var values: [Double] = []
            for sample in 0..<shape[0] {
                let start = (sample * shape[1] + channel) * length
                values += exact.values[start..<(start + length)]
            }
            return Moments(values)
        }
        for (activation, function) in fusedActivations {
            let expected = normalized(exact, DoubleTensor(scale), DoubleTensor(shift), epsilon: 1e-5) { moments[$0.channel] }.map(function)
            forEachConfiguration { configuration in
                let result = batchNorm(x, scale: scale, shift: shift, activation: activation)
                expectClose(result.output, expected, relative: 2e-6, "\(activation), \(configuration)")
                expectClose(result.statistics.mean, DoubleTensor(moments.map(\.mean), shape: [shape[1]]), relative: 1e-6)
                expectClose(
                    result.statistics.variance, DoubleTensor(moments.map { $0.variance * count / (count - 1) }, shape: [shape[1]]),
                    relative: 1e-6)
            }
        }
    }

    @Test func bitsDoNotDependOnThreads() {
        for shape in Self.shapes {
            let inputs = [sample(shape, in: -1..<3), sample([shape[1]], in: 0.5..<1.5, seed: 2), sample([shape[1]], seed: 3)]
            let weights = sample(shape, seed: 4)
            expectSameBitsForAnyThreadCount {
                let (value, gradients) = valueAndGradients(at: inputs) { x in
                    let y = batchNorm(x[0], scale: x[1], shift: x[2], activation: .elu()).output
                    return ((y + groupNorm(x[0], groups: 1) + layerNorm(x[0])) * weights).sum()
                }
                return [value] + gradients
            }
        }
    }

    @Test func aLargeMeanCostsNoPrecision() {
        let x = sample([8, 2, 1000]) + 3000
        let exact = DoubleTensor(x)
        let moments = (0..<2).map { channel in Moments(channelElements(exact, channel).map { exact.values[$0] }) }
        let expected = normalized(exact, DoubleTensor([1, 1], shape: [2]), DoubleTensor([0, 0], shape: [2]), epsilon: 1e-5) {
            moments[$0.channel]
        }
        forEachConfiguration { configuration in
            expectClose(batchNorm(x).output, expected, relative: 3e-4, "\(configuration)")
            expectClose(batchNorm(x).statistics.variance, DoubleTensor([1.0 / 3, 1.0 / 3], shape: [2]), relative: 0.05)
        }
    }

    @Test func constantInputGivesTheShift() {
        let result = batchNorm(Tensor(repeating: 7, shape: [4, 2, 100]), shift: Tensor([1, 2]))
        #expect(result.statistics.variance.scalars == [0, 0])
        #expect(result.output.scalars.prefix(200).allSatisfy { $0 == 1 || $0 == 2 })
    }

    @Test func runningStatisticsMove() {
        let running = ChannelStatistics(mean: Tensor([1, 2]), variance: Tensor([3, 4]))
        let batch = ChannelStatistics(mean: Tensor([5, 6]), variance: Tensor([7, 8]))
        let moved = running.moved(towards: batch, momentum: 0.25)
        #expect(moved.mean.scalars == [2, 3])
        #expect(moved.variance.scalars == [4, 5])
    }

    @Test func instanceNormTreatsEachChannelOfEachSample() {
        let x = sample([3, 4, 50])
        let one = DoubleTensor([1, 1, 1, 1], shape: [4])
        let zero = DoubleTensor(zeros: [4])
        expectClose(instanceNorm(x), groupNormReference(DoubleTensor(x), groups: 4, one, zero, epsilon: 1e-5), relative: 1e-6)
    }

    @Test func inputWithoutGradientIsLeftOut() {
        let x = sample([4, 3, 50])
        let scale = Parameter("scale", Tensor([1, 2, 3]))
        let (_, gradients) = valueAndGradient(of: [scale]) { batchNorm(x, scale: scale.value, activation: .relu).output.sum() }
        let (_, expected) = valueAndGradients(at: [x, scale.value]) { batchNorm($0[0], scale: $0[1], activation: .relu).output.sum() }
        #expect(gradients[scale] == expected[1])
    }

    @Test func shapesThatDoNotFitTrap() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = batchNorm(Tensor(zeros: [2, 3, 4]), scale: Tensor(ones: [4]))
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("batchNorm: scale has shape [4], the input [2, 3, 4] has 3 channels"))
        await #expect(processExitsWith: .failure) { _ = batchNorm(Tensor(zeros: [0, 3, 4])) }
        await #expect(processExitsWith: .failure) { _ = batchNorm(Tensor(zeros: [1, 3])) }
        await #expect(processExitsWith: .failure) { _ = groupNorm(Tensor(zeros: [2, 3, 4]), groups: 2) }
        await #expect(processExitsWith: .failure) { _ = layerNorm(Tensor(zeros: [2, 3, 4]), axes: 2, scale: Tensor(ones: [12])) }
    }
}
