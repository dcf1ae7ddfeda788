import Testing
import dsf

/// When training ends and how classes are weighted, as published.
@Suite struct TrainingRulesTests {
    @Test func patienceCountsSmallImprovementsAsNone() {
        #expect(epochsWithoutImprovement([]) == 0)
        #expect(epochsWithoutImprovement([1, 0.9, 0.8]) == 0)
        #expect(epochsWithoutImprovement([1, 0.99995, 0.99991]) == 2)
        // Many small steps are compared with the last best, not with each other.
        #expect(epochsWithoutImprovement([1, 0.99995, 0.99985]) == 0)
        #expect(epochsWithoutImprovement([1, 1, 1.2, 0.5, 0.5]) == 1)
        // Exactly a ten-thousandth is none.
        #expect(epochsWithoutImprovement([1, 1 - 1e-4]) == 1)
        #expect(epochsWithoutImprovement([.nan, .infinity, 3, .nan]) == 1)
    }

    @Test func publishedWeightsStandInTheOrderOfOccurrence() {
        let weights: [Float] = [10, 11, 12, 13, 14]
        #expect(inOrderOfOccurrence(weights, labels: [0, 1, 2, 3, 4, 0]) == weights)
        #expect(inOrderOfOccurrence(weights, labels: [2, 2, 0, 4, 0, 1, 3]) == [12, 10, 14, 11, 13])
        // Classes 1 and 2 do not occur.
        #expect(inOrderOfOccurrence(weights, labels: [3, 0, 4]) == [13, 10, 14, 0, 0])
    }
}
