import EEGTensor
import Testing

/// An instruction set and a number of threads to run kernels with.
struct Configuration: Sendable, CustomTestStringConvertible {
    let instructionSet: EEGRuntime.InstructionSet
    let threads: Int

    var testDescription: String { "\(instructionSet), \(threads) threads" }

    /// Every instruction set that this processor supports, each with 1, 2 and 3 threads.
    static let all = supportedInstructionSets.flatMap { set in (1...3).map { Configuration(instructionSet: set, threads: $0) } }

    static let supportedInstructionSets = EEGRuntime.InstructionSet.allCases.filter(\.isSupported)
}

/// Calls `body` once for each of `Configuration.all`, with the kernels limited to it.
func forEachConfiguration(_ body: (Configuration) throws -> Void) rethrows {
    for configuration in Configuration.all {
        try EEGRuntime.with(instructionSet: configuration.instructionSet, threads: configuration.threads) { try body(configuration) }
    }
}

/// Expects that `body`, which must draw random numbers from a generator of its own, gives the same bits with 1, 2 and 3 threads and when
/// repeated, under every instruction set.
func expectSameBitsForAnyThreadCount(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> [Tensor]) rethrows {
    for instructionSet in Configuration.supportedInstructionSets {
        func bits(_ threads: Int) throws -> [[UInt32]] {
            try EEGRuntime.with(instructionSet: instructionSet, threads: threads) { try body().map { $0.scalars.map(\.bitPattern) } }
        }
        let expected = try bits(1)
        for threads in [1, 2, 3] {
            let found = try bits(threads)
            #expect(found.count == expected.count, sourceLocation: sourceLocation)
            for (tensor, (actual, expected)) in zip(found, expected).enumerated() where actual != expected {
                let place = zip(actual, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? -1
                Issue.record(
                    """
                    result \(tensor), element \(place) of \(expected.count): other bits with \(threads) threads than with one, \
                    \(instructionSet)
                    """, sourceLocation: sourceLocation)
            }
        }
    }
}
