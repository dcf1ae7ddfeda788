import EEGModelTesting
import EEGTensor
import Testing

@Suite struct DropoutTests {
    @Test(arguments: [0.1, 0.25, 0.5, 0.9] as [Float])
    func shareAndScale(_ probability: Float) {
        var generator = Generator(seed: 3)
        let count = 400_001
        let x = Tensor(repeating: 2, shape: [count])
        let y = dropout(x, probability: probability, using: &generator).scalars
        let dropped = Double(y.count { $0 == 0 })
        let p = Double(probability)
        #expect(abs(dropped / Double(count) - p) < 4 * (p * (1 - p) / Double(count)).squareRoot() + 1e-5)
        #expect(y.allSatisfy { $0 == 0 || abs($0 - 2 / (1 - probability)) < 2e-4 * $0 })
        // Neighbours, and elements of one group, are dropped independently.
        for distance in [1, 4, 64, 256, 512] {
            let both = Double(zip(y, y.dropFirst(distance)).count { $0 == 0 && $1 == 0 })
            #expect(abs(both / Double(count - distance) - p * p) < 5 * (p * p / Double(count)).squareRoot())
        }
    }

    @Test(arguments: [1, 17, 511, 512, 513, 100_003])
    func elementsDependOnTheirIndexAlone(_ count: Int) {
        let start = Generator(seed: 11).stream("dropout")
        func mask(_ count: Int) -> [Float] {
            var generator = start
            return dropout(Tensor(ones: [count]), probability: 0.5, using: &generator).scalars
        }
        let expected = mask(count)
        forEachConfiguration { #expect(mask(count) == expected, "\($0)") }
        #expect(Array(mask(count + 700).prefix(count)) == expected)
    }

    @Test func gradientUsesTheSameMask() {
        var generator = Generator(seed: 5)
        let x = sample([3, 700])
        var y = Tensor(0)
        let (_, gradient) = valueAndGradient(at: x) {
            y = dropout($0, probability: 0.3, using: &generator)
            return mseLoss(y, Tensor(zeros: x.shape), reduction: .sum)
        }
        for (index, (y, x)) in zip(y.scalars, x.scalars).enumerated() {
            let factor = y == 0 ? 0 : y / x
            #expect(abs(gradient.scalars[index] - 2 * y * factor) <= 1e-5)
        }
    }

    @Test func channelsAreDroppedAsAWhole() {
        var generator = Generator(seed: 5)
        let y = channelDropout(Tensor(ones: [50, 20, 3, 7]), probability: 0.25, using: &generator).reshaped(to: [1000, 21])
        let channels = (0..<1000).map { Set(y[$0, 0...].scalars) }
        #expect(channels.allSatisfy { $0 == [0] || $0 == [4 / 3] })
        #expect((190...310).contains(channels.count { $0 == [0] }))
        expectGradient(at: sample([4, 5, 6])) { x in
            var generator = Generator(seed: 1)
            return channelDropout(x, probability: 0.5, using: &generator)
        }
    }

    @Test func generatorMovesOn() {
        var generator = Generator(seed: 5)
        let x = Tensor(ones: [1000])
        let first = dropout(x, probability: 0.5, using: &generator)
        #expect(dropout(x, probability: 0.5, using: &generator) != first)
        let before = generator
        #expect(dropout(x, probability: 0, using: &generator) == x)
        #expect(dropout(x, probability: 1, using: &generator) == Tensor(zeros: [1000]))
        #expect(before != generator)
    }

    @Test func mistakesAreNamed() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = Generator(seed: 1)
            _ = dropout(Tensor([1]), probability: 1.5, using: &generator)
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("dropout: probability 1.5 is not in 0...1"))
    }
}
