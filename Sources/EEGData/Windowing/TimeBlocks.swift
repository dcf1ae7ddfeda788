/// Training and test windows from different stretches of the same recordings.
public struct TimeBlockFold: Sendable {
    public let training: WindowSet
    public let testing: WindowSet
    /// The stretches that were held out, in seconds by the clock: those of the first recording, where there are several.
    public let testBlocks: [ClosedRange<Double>]
}

extension WindowSet {
    /// Folds for cross-validation within recordings, held out in blocks of time; each recording is cut by itself.
    ///
    /// Windows close in time are alike, whatever their class, so windows drawn at random for testing have near twins in training, and the
    /// result says nothing about new data. Here the recording is cut into `folds` times `blocksPerFold` blocks of equal length. Fold k holds out
    /// the blocks k, k + folds, k + 2 folds … as a whole: test windows lie wholly inside them, training windows at least `gap` seconds away from
    /// them. What lies between serves neither.
    ///
    /// - Throws: `EEGDataError` where an argument is out of range or a fold has no training or no test window.
    public func timeBlockFolds(_ folds: Int, blocksPerFold: Int, gap: Double) throws(EEGDataError) -> [TimeBlockFold] {
        guard folds >= 2 else { throw .invalidArgument(name: "folds", expected: "at least 2", found: "\(folds)") }
        guard blocksPerFold >= 1 else { throw .invalidArgument(name: "blocks per fold", expected: "at least 1", found: "\(blocksPerFold)") }
        guard gap >= 0, gap.isFinite else { throw .invalidArgument(name: "gap", expected: "0 or more seconds", found: "\(gap)") }
        let blockLengths = recordings.map { $0.clockDuration / Double(folds * blocksPerFold) }

        var result: [TimeBlockFold] = []
        for fold in 0..<folds {
            let blocks = blockLengths.map { length in
                stride(from: fold, to: folds * blocksPerFold, by: folds).map { (Double($0) * length)...(Double($0 + 1) * length) }
            }
            let testing = filter { window in
                let time = seconds(of: window)
                return blocks[window.recording].contains { $0.lowerBound <= time.lowerBound && time.upperBound <= $0.upperBound }
            }
            let training = filter { window in
                let time = seconds(of: window)
                return blocks[window.recording].allSatisfy {
                    time.upperBound + gap <= $0.lowerBound || time.lowerBound >= $0.upperBound + gap
                }
            }
            for (part, windows) in [("test", testing), ("training", training)] where windows.count == 0 {
                throw .empty(what: "fold \(fold + 1)", reason: "no \(part) window fits; blocks last \(blockLengths) s, the gap \(gap) s")
            }
            result.append(TimeBlockFold(training: training, testing: testing, testBlocks: blocks.first ?? []))
        }
        return result
    }
}
