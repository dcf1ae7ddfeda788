import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct GradientCheckListTests {
    private static let sources = Result { try OperationSources() }

    @Test(arguments: differentiableOperations)
    func valuesAndGradientsAgreeWithTheReference(_ operation: DifferentiableOperation) throws {
        for example in operation.examples {
            for instructionSet in Configuration.supportedInstructionSets {
                let check = EEGRuntime.with(instructionSet: instructionSet, threads: 2) {
                    GradientCheck(
                        at: example.inputs, constant: example.constant, settings: example.settings, of: example.function,
                        reference: example.reference)
                }
                #expect(check.passes, "\(operation.type), \(example.label), \(instructionSet): \(check)")
            }
        }
    }

    @Test(arguments: differentiableOperations)
    func bitsDoNotDependOnTheNumberOfThreads(_ operation: DifferentiableOperation) {
        for example in operation.examples {
            expectSameBitsForAnyThreadCount {
                var results: [Tensor] = []
                let (_, gradients) = valueAndGradients(at: example.inputs) { inputs in
                    results = example.function(inputs)
                    let weights = results.enumerated().map { DoubleTensor(sample($1.shape, seed: UInt64($0))) }
                    return apply(WeightedSum(weights: weights), to: TensorList(results.map(Optional.some)))[0]
                }
                return results.map { $0.detached() } + gradients
            }
        }
    }

    @Test(arguments: differentiableOperations)
    func examplesUseTheOperation(_ operation: DifferentiableOperation) throws {
        let source = try Self.sources.get().types[operation.type]
        for example in operation.examples {
            let graph = recordedGraph(at: example.inputs[0]) { input in
                apply(Together(), to: TensorList(example.function([input] + example.inputs.dropFirst()).map(Optional.some)))[0]
            }
            let recorded = graph.steps.map(\.operation)
            #expect(
                source.map { $0.names.isEmpty || !$0.names.isDisjoint(with: recorded) } ?? false,
                "\(operation.type): \(example.label) records \(recorded)")
        }
    }

    @Test func everyOperationIsListed() throws {
        let declared = Set(try Self.sources.get().types.keys)
        let listed = differentiableOperations.map(\.type)
        let missing = declared.subtracting(listed).subtracting(operationsCheckedElsewhere.keys).sorted()
        #expect(missing.isEmpty, "operations in Sources that the gradient check list lacks: \(missing)")
        let unknown = Set(listed).union(operationsCheckedElsewhere.keys).subtracting(declared).sorted()
        #expect(unknown.isEmpty, "entries of the gradient check list that Sources does not declare: \(unknown)")
        #expect(listed.count == Set(listed).count, "an operation is listed twice")
    }

    @Test func scanFindsEveryFormOfConformance() {
        let sources = OperationSources(
            texts: [
                """
                /// struct InComment: Operation {}
                struct Plain: Operation { static let name = "plain" }
                public final class Public<T>: Sendable, Operation where T: Sendable {}
                protocol Refined: Operation {}
                enum Indirect: Refined {}
                struct Later {}
                struct Other: OperationKind, Hashable { static let name = "other" }
                """,
                """
                extension Later: @unchecked Sendable, EEGTensor.Operation {}
                extension Plain { enum Nested: Hashable, Refined { case a } }
                """,
            ])
        #expect(sources.types.keys.sorted() == ["Indirect", "Later", "Nested", "Plain", "Public"])
        #expect(sources.types["Plain"]?.names == ["plain"])
    }
}

extension DifferentiableOperation: CustomTestStringConvertible {
    var testDescription: String { type }
}

/// Joins results, so that a recorded graph shows what led to all of them.
private struct Together: EEGTensor.Operation {
    static let name = "together"
    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(Tensor(0)) }
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { TensorList(absent: pass.inputCount) }
}
