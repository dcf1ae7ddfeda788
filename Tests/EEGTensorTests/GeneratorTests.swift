import EEGTensor
import Testing

@Suite struct GeneratorTests {
    /// The known answer published with the cipher for counter and key of all zeros.
    @Test func knownAnswer() {
        var generator = Generator(seed: 0)
        #expect(generator.next() == 0xe169_c58d_6627_e8d5)
    }

    @Test func equalSeedsGiveEqualNumbers() {
        var (a, b) = (Generator(seed: 7), Generator(seed: 7))
        let first = Tensor(normalWithMean: 0, standardDeviation: 1, shape: [1000], using: &a)
        #expect(first == Tensor(normalWithMean: 0, standardDeviation: 1, shape: [1000], using: &b))
        #expect(first != Tensor(normalWithMean: 0, standardDeviation: 1, shape: [1000], using: &b))
        var streams = [a.stream("x"), a.stream("y"), a.stream("x", 1), a.stream("x").stream("x")]
        #expect(Set(streams.indices.map { streams[$0].next() }).count == streams.count)
    }

    @Test(arguments: [1, 3, 255, 257, 70_001])
    func bitsAreTheSameForAnyThreadCountAndInstructionSet(count: Int) {
        func numbers() -> [[Float]] {
            var generator = Generator(seed: 3)
            return [
                Tensor(uniform: -2..<3, shape: [count], using: &generator).scalars,
                Tensor(normalWithMean: 1, standardDeviation: 2, shape: [count], using: &generator).scalars,
            ]
        }
        let expected = EEGRuntime.with(threads: 1) { numbers() }
        for set in EEGRuntime.InstructionSet.allCases where set.isSupported {
            let uniform = EEGRuntime.with(instructionSet: set, threads: 1) { numbers() }
            let isEqual = uniform[0] == expected[0]
            #expect(isEqual, "\(set)")
            for threads in 2...3 {
                let isEqual = EEGRuntime.with(instructionSet: set, threads: threads) { numbers() } == uniform
                #expect(isEqual, "\(set), \(threads) threads")
            }
        }
    }

    @Test func moments() {
        var generator = Generator(seed: 11)
        let count = 400_000
        let uniform = Tensor(uniform: 0..<1, shape: [count], using: &generator).scalars.map(Double.init)
        #expect(abs(uniform.reduce(0, +) / Double(count) - 0.5) < 0.002)
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        let normal = Tensor(normalWithMean: 2, standardDeviation: 3, shape: [count], using: &generator).scalars.map(Double.init)
        let mean = normal.reduce(0, +) / Double(count)
        let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect(abs(mean - 2) < 0.02)
        #expect(abs(variance - 9) < 0.1)
    }
}
