import EEGModels

/// Ends training when the validation loss has not fallen below the best by a ten-thousandth of it for some epochs.
struct RelativePatience: TrainingCallback {
    let patience: Int

    func epochDidEnd(_ history: TrainingHistory, model: any Model) -> TrainingDecision {
        epochsWithoutImprovement(history.compactMap { $0.validation?.loss }) >= patience ? .stop : .goOn
    }
}

/// The number of epochs since the last one whose loss was below the best before it by more than a ten-thousandth of that.
package func epochsWithoutImprovement(_ losses: [Double]) -> Int {
    var best = Double.infinity
    var misses = 0
    for loss in losses {
        if loss < best * (1 - 1e-4) { (best, misses) = (loss, 0) } else { misses += 1 }
    }
    return misses
}

/// Keeps the history as a JSON array of one object an epoch.
struct HistoryJSON: TrainingCallback {
    let path: String

    func epochDidEnd(_ history: TrainingHistory, model: any Model) throws -> TrainingDecision {
        let lines = history.jsonLines.split(separator: "\n").joined(separator: ",\n")
        try write("[\n\(lines)\n]\n", to: path)
        return .goOn
    }
}
