public import EEGTensor

/// Puts windows together from segments of randomly chosen windows of the same class, each segment at its place in time.
///
/// Source: Lotte, "Signal processing approaches to minimize or suppress calibration time in oscillatory activity-based brain-computer
/// interfaces", Proc. IEEE 103, 2015.
///
/// Segments come from the same batch, so results depend on how windows are gathered to batches, though not on the number of workers. Samples
/// that do not fill a segment belong to the last one.
public struct SegmentationReconstruction: Augmentation {
    /// The probability with which a window is replaced.
    public let probability: Double
    /// The segments of a window; nil for the largest divisor of the number of samples that is at most its square root.
    public let segments: Int?

    /// - Throws: where the probability is not in 0...1 or the number of segments not positive.
    public init(probability: Double, segments: Int? = nil) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting((segments ?? 1) > 0, "segments", segments ?? 0, "at least 1")
        self.probability = probability
        self.segments = segments
    }

    public func augment(_ batch: inout Batch, using generators: WindowGenerators) throws {
        let (channels, samples) = (batch.signals.shape[1], batch.signals.shape[2])
        guard batch.count > 0, channels * samples > 0 else { return }
        guard batch.labels.count == batch.count, batch.targets == nil else {
            throw AugmentationError.unsuitableBatch(
                augmentation: "SegmentationReconstruction", expected: "a label for each window and no targets",
                found: "\(batch.count) windows, \(batch.labels.count) labels, \(batch.targets == nil ? "no " : "")targets")
        }
        let segments = segments ?? (1...samples).last { $0 * $0 <= samples && samples % $0 == 0 } ?? 1
        guard segments <= samples else {
            throw AugmentationError.shapeMismatch(
                augmentation: "SegmentationReconstruction", expected: "at least \(segments) samples", found: [channels, samples])
        }
        let members = Dictionary(grouping: batch.labels.indices) { batch.labels[$0] }
        let (labels, original) = (batch.labels, batch.signals)
        try original.withUnsafeBufferPointer { original in
            try forEachWindow(of: &batch.signals) { index, window in
                var generator = generators[index]
                guard generator.occurs(probability), let candidates = members[labels[index]] else { return }
                for segment in 0..<segments {
                    let start = segment * (samples / segments)
                    let end = segment == segments - 1 ? samples : start + samples / segments
                    let source = candidates[Int.random(in: candidates.indices, using: &generator)]
                    for row in 0..<channels {
                        let first = (source * channels + row) * samples
                        _ = UnsafeMutableBufferPointer(rebasing: window[row][start..<end])
                            .update(fromContentsOf: original[(first + start)..<(first + end)])
                    }
                }
            }
        }
    }
}
