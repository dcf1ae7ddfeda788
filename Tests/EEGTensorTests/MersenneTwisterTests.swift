import EEGTensor
import Testing

/// Numbers of NumPy's `RandomState(87)`, and splits of recordings that scikit-learn makes with it.
@Suite struct MersenneTwisterTests {
    @Test func wordsAndNumbers() {
        var words = MersenneTwister(seed: 87)
        #expect((0..<3).map { _ in words.nextWord() } == [2_818_633_190, 3_907_297_613, 4_101_270_203])
        var numbers = MersenneTwister(seed: 87)
        #expect(abs(numbers.uniform() - 0.65626419) < 5e-9 && abs(numbers.uniform() - 0.95490138) < 5e-9)
        var far = MersenneTwister(seed: 5489)
        for _ in 0..<9999 { _ = far.nextWord() }
        #expect(far.nextWord() == 4_123_659_995, "the 10,000th word that the authors give for the seed 5489")
    }

    @Test func permutationsOfNothingAndOne() {
        var twister = MersenneTwister(seed: 1)
        #expect(twister.permutation(0) == [] && twister.permutation(1) == [0])
        #expect(twister.permutation(1000).sorted() == Array(0..<1000))
    }

    /// A fifth to test, a quarter of the rest to validate, the rest to train.
    private func split(_ count: Int) -> (training: [Int], validation: [Int], testing: [Int]) {
        var first = MersenneTwister(seed: 87), second = MersenneTwister(seed: 87)
        let order = first.permutation(count)
        let tested = (count + 4) / 5
        let rest = Array(order[tested...])
        let orderOfRest = second.permutation(rest.count).map { rest[$0] }
        let validated = (rest.count + 3) / 4
        return (Array(orderOfRest[validated...]), Array(orderOfRest[..<validated]), Array(order[..<tested]))
    }

    @Test func splitsOfRecordings() {
        #expect(split(3) == ([1], [2], [0]))
        #expect(split(12) == ([9, 11, 6, 1, 3, 10], [4, 0, 7], [8, 5, 2]))
        let hundred = split(100)
        #expect(hundred.training.prefix(10) == [90, 49, 66, 46, 27, 94, 24, 38, 36, 97])
        #expect(hundred.validation.prefix(10) == [59, 8, 30, 21, 67, 51, 18, 22, 41, 34])
        #expect(hundred.testing.prefix(10) == [16, 81, 85, 32, 39, 25, 26, 29, 65, 7])
        let night = split(994)
        #expect([night.training.count, night.validation.count, night.testing.count] == [596, 199, 199])
        #expect(night.training.reduce(0, +) == 293_311 && night.validation.reduce(0, +) == 99_058 && night.testing.reduce(0, +) == 101_152)
    }
}
