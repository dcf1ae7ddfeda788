import EEGTensor
import Foundation
import Testing

@Suite struct ActivationTests {
    @Test(arguments: activationFunctions)
    func valuesAndGradients(_ function: ElementwiseFunction) { check(function) }

    @Test func largeInputsSaturate() {
        let large: [Float] = [-1e30, -200, 200, 1e30]
        for instructionSet in Configuration.supportedInstructionSets {
            EEGRuntime.with(instructionSet: instructionSet) {
                let x = Tensor(large)
                #expect(elu(x).scalars == [-1, -1, 200, 1e30])
                #expect(silu(x).scalars.map { abs($0) } == [0, 0, 200, 1e30])
                #expect(gelu(x).scalars.map { abs($0) } == [0, 0, 200, 1e30])
                #expect(mish(x).scalars.map { abs($0) } == [0, 0, 200, 1e30])
                #expect(softplus(x).scalars == [0, 0, 200, 1e30])
                for function in activationFunctions {
                    let (_, gradient) = valueAndGradient(at: Tensor([-200, 200])) { function.compute($0).sum() }
                    #expect(gradient.scalars.allSatisfy { $0.isFinite }, "\(function.name): \(gradient)")
                }
            }
        }
    }

    @Test func notANumberIsKept() {
        for instructionSet in Configuration.supportedInstructionSets {
            EEGRuntime.with(instructionSet: instructionSet) {
                for function in activationFunctions {
                    #expect(function.compute(Tensor(.nan)).scalar.isNaN, "\(function.name), \(instructionSet)")
                }
            }
        }
    }

    @Test func alphaMustBePositive() async {
        await #expect(processExitsWith: .failure) { _ = elu(Tensor(1), alpha: 0) }
    }
}
