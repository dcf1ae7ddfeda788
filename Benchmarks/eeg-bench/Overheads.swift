import EEGTensor
import Foundation

/// A cost that is not a workload's.
struct Overhead: Codable, Sendable {
    var name: String
    var measured: String
    var aim: String
}

/// Costs that do not depend on the size of the data: of an operation, of a parallel loop, of memory over many training steps.
func measureOverheads() -> [Overhead] {
    let x = benchmarkInput([16], operand: 0)
    let other = benchmarkInput([16], operand: 1)
    let chunks = 2 * EEGRuntime.threads
    return [
        Overhead(name: "relu of 16 elements", measured: nanoseconds(perRepetition { _ = relu(x) }), aim: "150 ns"),
        Overhead(name: "sum of two tensors of 16 elements", measured: nanoseconds(perRepetition { _ = x + other }), aim: "150 ns"),
        Overhead(name: "relu of 16 elements, recorded", measured: nanoseconds(recorded(x) { relu($0) }), aim: "300 ns"),
        Overhead(name: "sum of two tensors of 16 elements, recorded", measured: nanoseconds(recorded(x) { $0 + other }), aim: "300 ns"),
        Overhead(
            name: "parallel loop of \(chunks) empty chunks",
            measured: nanoseconds(perRepetition { parallelFor(chunks, grain: 1) { _ in } }),
            aim: "2000 ns"),
        memoryOfTraining(steps: 10_000),
    ]
}

/// The time of one call of `body` on a watched tensor, recorded and released again.
private func recorded(_ x: Tensor, _ body: (Tensor) -> Tensor) -> Double {
    var time = 0.0
    _ = valueAndGradient(at: x) { x in
        time = perRepetition { _ = body(x) }
        return x.sum()
    }
    return time
}

/// The median time of one call of `body`, over batches of calls.
private func perRepetition(_ body: () -> Void) -> Double {
    let repetitions = 1000
    return Timings.median(of: 0.3) { for _ in 0..<repetitions { body() } } / Double(repetitions)
}

private func nanoseconds(_ seconds: Double) -> String { "\(Int((1e9 * seconds).rounded())) ns" }

/// Resident memory over many training steps of a small network, after a tenth of them and after all.
private func memoryOfTraining(steps: Int) -> Overhead {
    let filters = Parameter("filters", benchmarkInput([8, 4, 9], operand: 0))
    let head = Parameter("head", benchmarkInput([8, 2], operand: 1))
    let x = benchmarkInput([16, 4, 256], operand: 2)
    let target = benchmarkInput([16, 2], operand: 3)
    let parameters = [filters, head]
    func step() {
        let (_, gradients) = valueAndGradient(of: parameters) {
            let features = relu(convolution1D(x, weight: filters.value)).mean(over: .time)
            return (matmul(features, head.value) - target).squared().mean()
        }
        for parameter in parameters {
            if let gradient = gradients[parameter] { parameter.update { $0 -= 0.01 * gradient } }
        }
    }
    for _ in 0..<(steps / 10) { step() }
    let start = residentMegabytes()
    for _ in 0..<(steps - steps / 10) { step() }
    let measured = "\(Report.number(start)) MB, then \(Report.number(residentMegabytes())) MB"
    return Overhead(name: "resident memory after \(steps / 10) and \(steps) training steps", measured: measured, aim: "no growth")
}

/// The memory of this process that is in use, in megabytes; NaN where the system does not tell.
private func residentMegabytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
    else { return .nan }
    return kilobytes / 1024
}
