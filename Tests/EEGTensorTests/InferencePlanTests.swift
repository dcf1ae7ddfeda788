import EEGTensor
import Testing

/// Compiled functions compute what the functions themselves do.
@Suite struct InferencePlanTests {
    /// An operation from outside of the library.
    private struct Softsign: Operation {
        static let name = "softsign"

        func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
            pass.save(inputs[0])
            return [inputs[0] / (1 + abs(inputs[0]))]
        }

        func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { [gradients[0] / (1 + abs(pass.saved[0])).squared()] }
    }

    private func noise(_ shape: Shape, _ seed: UInt64 = 5) -> Tensor {
        var generator = Generator(seed: seed)
        return Tensor(normalWithMean: 0, shape: shape, using: &generator)
    }

    /// Expects that a plan gives what `body` gives, for several batches, under every instruction set and number of threads.
    private func expectSame(
        _ sample: Shape, batches: [Int] = [1, 2, 3, 8, 17, 33], sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Tensor) -> Tensor
    ) {
        for batch in batches {
            let x = noise(Shape([batch] + sample))
            forEachConfiguration { configuration in
                let expected = body(x)
                let found = InferencePlan(inputShape: x.shape, body)(x)
                #expect(found.shape == expected.shape, sourceLocation: sourceLocation)
                let scale = max(1, expected.scalars.map { Swift.abs($0) }.max() ?? 0)
                let difference = zip(found.scalars, expected.scalars).map { Swift.abs($0 - $1) }.max() ?? 0
                #expect(difference <= 1e-5 * scale, "batch \(batch), \(configuration.testDescription)", sourceLocation: sourceLocation)
            }
        }
    }

    private func normalized(_ x: Tensor, _ activation: Activation = .none) -> Tensor {
        let channels = x.shape[1]
        let statistics = ChannelStatistics(mean: noise([channels], 11) * 0.3, variance: abs(noise([channels], 12)) + 0.5)
        return batchNorm(
            x, statistics: statistics, scale: noise([channels], 13), shift: noise([channels], 14), epsilon: 1e-3, activation: activation)
    }

    @Test func filtersOverTimeAndSpaceAreComposed() {
        // A spatial filter for each filter over time: exchanged; a dense one: one filter; few of them: as they are.
        for (filters, outputs, groups, taps, electrodes) in [(4, 8, 4, 33, 7), (10, 12, 1, 9, 11), (2, 12, 1, 9, 13), (6, 12, 2, 9, 13)] {
            expectSame([electrodes, 70], batches: [1, 3, 16]) { x in
                let temporal = convolution2D(
                    x.expandingDimensions(at: 1), weight: noise([filters, 1, 1, taps], 1), bias: noise([filters], 2),
                    padding: (.valid, .zeros(taps / 2)))
                let spatial = convolution2D(
                    normalized(temporal), weight: noise([outputs, filters / groups, electrodes, 1], 3), groups: groups)
                return averagePooling2D(normalized(spatial, .elu()), kernel: (1, 4)).flattened()
            }
        }
    }

    /// A function behind max pooling is not lost where another one stands before it.
    @Test func functionsOnBothSidesOfMaxPooling() {
        expectSame([3, 61], batches: [1, 5]) { x in
            let filtered = elu(convolution1D(x * 100, weight: noise([8, 3, 5], 1), bias: noise([8], 2)))
            return maxPooling1D(filtered, kernel: 4).clamped(to: 0...50).flattened()
        }
        expectSame([3, 61], batches: [1, 5]) { x in
            tanh(maxPooling1D(elu(convolution1D(x, weight: noise([8, 3, 5], 1), bias: noise([8], 2))), kernel: 4)).flattened()
        }
    }

    /// Three filters in a row: each is part of one pair at most.
    @Test func chainsOfFilters() {
        let time = noise([10, 1, 1, 9], 1), near = noise([12, 10, 4, 1], 2), far = noise([9, 12, 8, 1], 3), again = noise([10, 10, 1, 5], 4)
        expectSame([11, 70], batches: [1, 3]) { x in
            let filtered = convolution2D(x.expandingDimensions(at: 1), weight: time)
            return convolution2D(convolution2D(filtered, weight: near), weight: far).flattened()
        }
        expectSame([4, 70], batches: [1, 3]) { x in
            let filtered = convolution2D(convolution2D(x.expandingDimensions(at: 1), weight: time), weight: again)
            return convolution2D(filtered, weight: near).flattened()
        }
    }

    @Test func stridesDilationsAndActivations() {
        for activation in [Activation.none, .relu, .leakyReLU(), .elu(alpha: 0.5), .silu, .gelu] {
            expectSame([3, 61], batches: [1, 5]) { x in
                let first = convolution1D(x, weight: noise([8, 3, 5], 1), bias: noise([8], 2), stride: 2, padding: .zeros(2))
                let second = convolution1D(normalized(first, activation), weight: noise([8, 1, 3], 3), padding: .same, dilation: 2, groups: 8)
                return tanh(normalized(second, activation)).mean(over: .time)
            }
        }
    }

    @Test func channelsByTimeOperations() {
        expectSame([6, 40]) { x in
            let parts = x.split(into: 2, axis: 1)
            let joined = concatenate([parts[1] * parts[0], x.sliced(axis: 1, 2..<4).rolled(by: 3, axis: -1), parts[0].reversed(axis: -1)], axis: 1)
            let pooled = maxPooling1D(joined, kernel: 4, stride: 2) - averagePooling1D(joined, kernel: 4, stride: 2)
            return softmax(logSumExpPooling1D(pooled, kernel: 3).padded(before: 1, after: 2).flattened())
        }
    }

    @Test func attentionRecurrenceAndNormalizations() {
        expectSame([12, 8], batches: [1, 3, 9]) { x in
            let normal = layerNorm(x, scale: noise([8], 1), shift: noise([8], 2))
            let weights = RecurrentWeights(
                inputWeight: noise([20, 8], 3) * 0.3, hiddenWeight: noise([20, 5], 4) * 0.3, inputBias: noise([20], 5), hiddenBias: noise([20], 6))
            let encoded = lstm(normal, layers: [RecurrentLayer(forward: weights, reverse: weights)])
            let gates = RecurrentWeights(inputWeight: noise([15, 10], 8) * 0.3, hiddenWeight: noise([15, 5], 9) * 0.3, hiddenBias: noise([15], 10))
            let states = gru(
                encoded.output, layers: [RecurrentLayer(forward: gates, reverse: gates)], initialStates: [encoded.states[0].hidden]
            ).output
            let heads = matmul(states, noise([10, 8], 7)).unflattened(axis: 2, into: [2, 4]).permuted(0, 2, 1, 3)
            let attended = scaledDotProductAttention(heads, heads, heads)
            let rows = groupNorm(attended.permuted(0, 2, 1, 3).reshaped(to: [x.shape[0], 12, 8]), groups: 3)
            return (rows + x).variance(over: 1) + rows.max(over: 1) * sigmoid(x.mean(over: [1], keepingDimensions: true)).squeezed(axis: 1)
        }
    }

    @Test func operationsFromOutside() {
        expectSame([4, 9]) { x in apply(Softsign(), matmul(x, noise([9, 3], 1))).detached() * 2 }
    }

    /// In-place results must not destroy what a later step, or the same one, still reads.
    @Test func operandsThatAreNeededLater() {
        expectSame([4, 16]) { x in
            let y = x * 2
            let z = relu(y)
            let w = z - y
            let first: Tensor = w.sliced(axis: 1, 0..<1)
            return concatenate([exp(w) + first, y * y, w - w.mean(over: -1, keepingDimensions: true)], axis: 1)
        }
    }

    @Test func outputsThatAreViewsConstantsOrTheInput() {
        expectSame([4, 6]) { $0 }
        expectSame([4, 6]) { $0.reshaped(to: [$0.shape[0], 24]) }
        expectSame([4, 6]) { $0.sliced(axis: 1, 1..<3) }
        expectSame([4, 6]) { ($0 + 1).sliced(axis: 1, 1) }
        expectSame([4, 6]) { Tensor(ones: [$0.shape[0], 2]) }
    }

    @Test func severalThreadsShareAPlan() async {
        let x = (0..<4).map { noise([5, 3, 64], UInt64($0)) }
        let (first, second) = (noise([6, 3, 9], 1), noise([4, 6, 5], 2))
        @Sendable func body(_ x: Tensor) -> Tensor {
            averagePooling1D(relu(convolution1D(relu(convolution1D(x, weight: first)), weight: second)), kernel: 8)
        }
        let plan = InferencePlan(inputShape: x[0].shape, body)
        let expected = x.map(plan.callAsFunction)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let workspace = plan.makeWorkspace()
                    var output = Tensor(zeros: plan.outputShape)
                    return (0..<200).reduce(0) { wrong, _ in
                        x[worker].withUnsafeBufferPointer { input in
                            output.withUnsafeMutableBufferPointer { plan.run(input, into: $0, using: workspace) }
                        }
                        return wrong + (output == expected[worker] ? 0 : 1)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    /// Each step computes into the plan's memory instead of by `forward`.
    @Test func knownOperationsAllocateNothing() {
        let plan = InferencePlan(inputShape: [1, 3, 64]) { x in
            softmax(averagePooling1D(normalized(convolution1D(x, weight: noise([6, 3, 9], 1)), .elu()), kernel: 8).flattened())
        }
        #expect(plan.allocatingOperations.isEmpty, "\(plan.allocatingOperations)")
        let sequences = InferencePlan(inputShape: [1, 12, 8]) { x in
            func weights(_ gates: Int, _ seed: UInt64) -> RecurrentWeights {
                RecurrentWeights(inputWeight: noise([gates * 8, 8], seed) * 0.3, hiddenWeight: noise([gates * 8, 8], seed + 1) * 0.3)
            }
            let states = gru(lstm(x, layers: [RecurrentLayer(forward: weights(4, 1))]).output, layers: [RecurrentLayer(forward: weights(3, 3))])
                .output
            return multiHeadAttention(states, heads: 2, inputWeight: noise([24, 8], 5), outputWeight: noise([8, 8], 6)).output
        }
        #expect(sequences.allocatingOperations.isEmpty, "\(sequences.allocatingOperations)")
    }

    @Test func functionsThatNoPlanCanFollowAreRefused() async {
        await #expect(processExitsWith: .failure) {
            _ = InferencePlan(inputShape: [2, 8]) { x in x * Tensor(x.scalars[0]) }
        }
        await #expect(processExitsWith: .failure) {
            _ = InferencePlan(inputShape: [16, 8]) { x in x - x.mean(over: .batch, keepingDimensions: true) }
        }
        // What depends on values that small numbers do not reach.
        await #expect(processExitsWith: .failure) {
            _ = InferencePlan(inputShape: [2, 8]) { x in x.scalars.contains { $0 > 10 } ? x * 0 : x }
        }
    }
}
