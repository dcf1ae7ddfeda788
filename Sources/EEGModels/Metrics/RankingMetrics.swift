internal import EEGTensor

/// The area under the ROC curve: the probability that a random positive has a higher score than a random negative, a tie counting one half.
/// NaN without positives or without negatives.
///
/// - Precondition: as many scores as labels.
public func rocAUC(scores: [Double], isPositive: [Bool]) -> Double {
    var summedRanks = 0.0
    var rank = 0
    forEachTie(scores, isPositive) { positives, count in
        // All of a tie have the mean of their ranks.
        summedRanks += Double(positives) * (Double(rank) + Double(count + 1) / 2)
        rank += count
    }
    let positives = Double(isPositive.count(where: { $0 }))
    return (summedRanks - positives * (positives + 1) / 2) / (positives * (Double(isPositive.count) - positives))
}

/// The area under the curve of precision over recall, as average precision: the sum of precisions, each times the recall that its threshold
/// adds. NaN without positives.
///
/// - Precondition: as many scores as labels.
public func averagePrecision(scores: [Double], isPositive: [Bool]) -> Double {
    let total = Double(isPositive.count(where: { $0 }))
    var found = 0.0
    var taken = 0.0
    var sum = 0.0
    forEachTie(scores.map { -$0 }, isPositive) { positives, count in
        found += Double(positives)
        taken += Double(count)
        sum += Double(positives) / total * found / taken
    }
    return total > 0 ? sum : .nan
}

/// Calls `body` for each set of equal scores, the lowest first, with the number of positives and of all.
private func forEachTie(_ scores: [Double], _ isPositive: [Bool], _ body: (_ positives: Int, _ count: Int) -> Void) {
    require(scores.count == isPositive.count, "ranking metric: \(scores.count) scores but \(isPositive.count) labels")
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var start = 0
    while start < order.count {
        var end = start
        var positives = 0
        while end < order.count, scores[order[end]] == scores[order[start]] || end == start {
            if isPositive[order[end]] { positives += 1 }
            end += 1
        }
        body(positives, end - start)
        start = end
    }
}
