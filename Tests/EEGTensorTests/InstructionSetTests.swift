import EEGTensor
import Foundation
import Testing

@Suite struct InstructionSetTests {
    @Test func environmentChooses() {
        let environment = ProcessInfo.processInfo.environment
        if let name = environment["EEG_ISA"], let asked = EEGRuntime.InstructionSet.allCases.first(where: { "\($0)" == name }),
            asked.isSupported
        {
            #expect(EEGRuntime.instructionSet == asked)
        } else {
            #expect(EEGRuntime.instructionSet == Configuration.supportedInstructionSets.last)
        }
        if let threads = environment["EEG_NUM_THREADS"].flatMap(Int.init) { #expect(EEGRuntime.threads == threads) }
    }

    @Test func limitsHoldInsideAndEndWithTheBody() {
        let outside = (EEGRuntime.instructionSet, EEGRuntime.threads)
        forEachConfiguration { configuration in
            #expect(EEGRuntime.instructionSet == configuration.instructionSet)
            #expect(EEGRuntime.threads == configuration.threads)
            EEGRuntime.with(threads: 7) {
                #expect(EEGRuntime.instructionSet == configuration.instructionSet)
                #expect(EEGRuntime.threads == 7)
            }
            #expect(EEGRuntime.threads == configuration.threads)
        }
        #expect(EEGRuntime.instructionSet == outside.0 && EEGRuntime.threads == outside.1)
    }

    @Test func parallelChunksDependOnTheSizesAlone() {
        for (count, grain) in [(1, 1), (1000, 7), (5, 100), (4096, 1024)] {
            expectSameBitsForAnyThreadCount {
                let chunks = (count + grain - 1) / grain
                return [
                    Tensor(unsafeUninitializedShape: [chunks]) { sums in
                        nonisolated(unsafe) let sums = sums
                        parallelFor(count, grain: grain) { range in
                            sums[range.lowerBound / grain] = range.reduce(0) { $0 + 1 / Float($1 + 1) }
                        }
                    }
                ]
            }
        }
    }
}
