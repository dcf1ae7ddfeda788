import EEGTensor
import Foundation

/// Costs that do not depend on the size of the data: of an operation, of a parallel loop, of memory over many training steps.
func measureOverheads() -> [Overhead] {
    let a = benchmarkInput([4, 4], operand: 0)
    let product = perRepetition { matmul(a, a) }
    let recorded = valueAndGradient(at: a) { x in
        let time = perRepetition { matmul(x, a) }
        return apply(Answer(value: Float(time)), x)
    }.value.scalar
    return [
        Overhead(name: "operation on 16 elements", measured: nanoseconds(product), aim: "150 ns"),
        Overhead(name: "operation on 16 elements, recording", measured: nanoseconds(Double(recorded)), aim: "300 ns"),
        Overhead(
            name: "parallel loop of two empty chunks", measured: nanoseconds(perRepetition { parallelFor(2, grain: 1) { _ in } }),
            aim: "2000 ns"),
    ]
}

private func nanoseconds(_ seconds: Double) -> String { "\(Int((1e9 * seconds).rounded())) ns" }

/// Carries a number out of a recorded computation.
private struct Answer: EEGTensor.Operation {
    static let name = "answer"
    let value: Float
    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(Tensor(value)) }
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { TensorList(Tensor(zeros: pass.shape(ofInput: 0))) }
}

/// The median time of one call of `body`, over batches of calls.
private func perRepetition(_ body: () -> Void) -> Double {
    let repetitions = 1000
    return Timings.median(of: 0.3) { for _ in 0..<repetitions { body() } } / Double(repetitions)
}

private func perRepetition(_ body: () -> Tensor) -> Double { perRepetition { _ = body() } }
