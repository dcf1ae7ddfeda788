import EEGModelTesting
import EEGTensor
import Testing

/// Expects these values of a function and these gradients of it, weighted by `dy`: from every instruction set, and from each the same bits
/// for any number of threads.
func expectValueAndGradients(
    at inputs: [Tensor], weightedBy dy: Tensor, _ expected: [DoubleTensor], relative: Double = 5e-6,
    sourceLocation: SourceLocation = #_sourceLocation, of function: ([Tensor]) -> Tensor
) {
    let sum = WeightedSum(weights: [DoubleTensor(dy)])
    func results() -> [Tensor] {
        [function(inputs)] + valueAndGradients(at: inputs) { apply(sum, function($0)) }.gradients
    }
    func bits(_ tensors: [Tensor]) -> [[UInt32]] { tensors.map { $0.scalars.map(\.bitPattern) } }
    for instructionSet in Configuration.supportedInstructionSets {
        let actual = EEGRuntime.with(instructionSet: instructionSet, threads: 1) { results() }
        for (index, (actual, expected)) in zip(actual, expected).enumerated() {
            let name = index == 0 ? "value" : "gradient \(index - 1)"
            expectClose(DoubleTensor(actual), expected, relative: relative, "\(instructionSet), \(name)", sourceLocation: sourceLocation)
        }
        for threads in 2...3 {
            let same = EEGRuntime.with(instructionSet: instructionSet, threads: threads) { bits(results()) == bits(actual) }
            #expect(same, "\(instructionSet), \(threads) threads", sourceLocation: sourceLocation)
        }
    }
}

/// A reproducible choice of test cases.
struct CaseNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func pick<C: RandomAccessCollection>(_ values: C) -> C.Element {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return values[values.index(values.startIndex, offsetBy: Int((state >> 33) % UInt64(values.count)))]
    }
}
