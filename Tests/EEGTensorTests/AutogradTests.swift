import EEGTensor
import Testing

/// x times x, as a program outside the library would define it.
private struct Squared: Operation {
    static let name = "squared"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        pass.save(x)
        return [Tensor(x.scalars.map { $0 * $0 }, shape: x.shape)]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let x = pass.saved[0]
        return [Tensor(zip(gradients[0].scalars, x.scalars).map { 2 * $0 * $1 }, shape: x.shape)]
    }
}

/// The sum of both inputs.
private struct Added: Operation {
    static let name = "added"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        [Tensor(zip(inputs[0].scalars, inputs[1].scalars).map(+), shape: inputs[0].shape)]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { [gradients[0], gradients[0]] }
}

private func squared(_ x: Tensor) -> Tensor { apply(Squared(), x) }

@Suite struct AutogradTests {
    @Test func emptyOperandsTrapWithTheirShapes() async throws {
        func expectTrap(_ message: String, _ result: ExitTest.Result?) {
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(text.contains(message), "\(text)")
        }
        expectTrap(
            "relu: an operand is empty: [0, 3]",
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = relu(Tensor(zeros: [0, 3])) })
        expectTrap(
            "matmul: an operand is empty: [0, 3, 4], [0, 4, 5]",
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = matmul(Tensor(zeros: [0, 3, 4]), Tensor(zeros: [0, 4, 5]))
            })
        expectTrap(
            "sum: an operand is empty: [3, 0]",
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = Tensor(zeros: [3, 0]).sum(over: 0) })
        expectTrap(
            "gather: an operand is empty: [4, 0]",
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = Tensor(zeros: [4, 0]).gathered(at: [0]) })
    }

    @Test func gradientOfAChain() {
        let (value, gradient) = valueAndGradient(at: Tensor(3)) { squared(squared($0)) }
        #expect(value.scalar == 81)
        #expect(gradient.scalar == 108)
    }

    @Test func gradientsOfSharedInputsAdd() {
        let (value, gradient) = valueAndGradient(at: Tensor(3)) { apply(Added(), squared($0), $0) }
        #expect(value.scalar == 12)
        #expect(gradient.scalar == 7)
    }

    @Test func parametersAreRecordedOnlyInside() {
        let weight = Parameter("weight", Tensor(2))
        let other = Parameter("other", Tensor(5))
        #expect(!weight.value.isRecorded)
        let (value, gradients) = valueAndGradient(of: [weight]) {
            #expect(weight.value.isRecorded)
            #expect(!other.value.isRecorded)
            return apply(Added(), squared(weight.value), other.value)
        }
        #expect(!value.isRecorded)
        #expect(value.scalar == 9)
        #expect(gradients[weight]?.scalar == 4)
        #expect(gradients[other] == nil)
    }

    @Test func longChainsAreReleased() {
        let (_, gradient) = valueAndGradient(at: Tensor(1)) { x in
            var y = x
            for _ in 0..<300_000 { y = apply(Added(), y, Tensor(0)) }
            return y
        }
        #expect(gradient.scalar == 1)
        var kept: Tensor? = nil
        _ = valueAndGradient(at: Tensor(1)) { x in
            var y = x
            for _ in 0..<300_000 { y = apply(Added(), y, Tensor(0)) }
            kept = y
            return y
        }
        #expect(kept?.isRecorded == true)
        kept = nil
    }

    @Test func graphIsListed() {
        let graph = recordedGraph(at: Tensor(zeros: [2, 3])) { squared($0) }
        #expect(graph.steps.map(\.operation) == ["squared"])
        #expect(graph.steps[0].outputs == [[2, 3]])
        #expect(graph.description.contains("squared"))
    }
}
