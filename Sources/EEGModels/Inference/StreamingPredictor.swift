public import EEGTensor

/// Predictions on a signal that comes in as it is recorded: one for the last window after every `hop` samples.
///
/// ```swift
/// var predictor = StreamingPredictor(model.compiled(batchSize: 1), hop: 50)
/// for chunk in amplifier {                       // [channel, time], of any length
///     predictor.append(chunk) { prediction in show(prediction.scores, at: prediction.end) }
/// }
/// ```
///
/// The first prediction comes when the first window is full. They are those of the plan on the windows
/// `0..<T`, `hop..<hop + T` … of the whole signal, bit for bit, however it is cut into chunks. Memory stays constant, and no prediction waits
/// for a later sample.
public struct StreamingPredictor {
    /// The scores for one window.
    public struct Prediction: Sendable {
        /// How many samples had come in when the window ended: it is `end - T ..< end`.
        public let end: Int
        /// What the plan computes for the window, without the batch axis.
        public let scores: Tensor
    }

    public let plan: InferencePlan
    /// Samples from one prediction to the next.
    public let hop: Int
    /// Samples that have come in.
    public private(set) var sampleCount = 0
    private let channels: Int
    private let length: Int
    private let workspace: InferenceWorkspace
    /// The last samples of each channel, `[channel, time]`, as a ring; sample i lies at `i % length`.
    private var ring: [Float]
    /// The window in order, as the plan wants it.
    private var window: [Float]

    /// - Parameters:
    ///   - plan: for one window, `[1, channel, time]`.
    ///   - hop: samples from one prediction to the next.
    public init(_ plan: InferencePlan, hop: Int) {
        require(
            plan.inputShape.rank == 3 && plan.inputShape[0] == 1, "StreamingPredictor: the plan must take [1, channel, time], not \(plan.inputShape)")
        require(hop > 0, "StreamingPredictor: hop \(hop) is not positive")
        self.plan = plan
        self.hop = hop
        channels = plan.inputShape[1]
        length = plan.inputShape[2]
        workspace = plan.makeWorkspace()
        ring = Array(repeating: 0, count: channels * length)
        window = ring
    }

    /// Takes in the next samples and reports each prediction that they complete.
    ///
    /// Where `report` throws, the samples behind that window are not taken in: `sampleCount` tells how many were.
    ///
    /// - Parameter chunk: `[channel, time]`.
    public mutating func append(_ chunk: Tensor, _ report: (Prediction) throws -> Void) rethrows {
        require(
            chunk.rank == 2 && chunk.shape[0] == channels,
            "StreamingPredictor: the chunk must be [\(channels), time], its shape is \(chunk.shape)")
        var taken = 0
        while taken < chunk.shape[1] {
            let end = nextEnd
            let count = min(end - sampleCount, chunk.shape[1] - taken)
            store(chunk, taken..<(taken + count))
            taken += count
            sampleCount += count
            if sampleCount == end { try report(predict()) }
        }
    }

    /// The predictions that the next samples complete.
    ///
    /// - Parameter chunk: `[channel, time]`.
    public mutating func append(_ chunk: Tensor) -> [Prediction] {
        var predictions: [Prediction] = []
        append(chunk) { predictions.append($0) }
        return predictions
    }

    /// Forgets all samples.
    public mutating func reset() { sampleCount = 0 }

    /// Where the next window ends.
    private var nextEnd: Int {
        guard sampleCount >= length else { return length }
        let (end, isBeyondAll) = (sampleCount - (sampleCount - length) % hop).addingReportingOverflow(hop)
        return isBeyondAll ? .max : end
    }

    private mutating func store(_ chunk: Tensor, _ samples: Range<Int>) {
        // Of more samples than a window only the last are kept; this happens while gaps between windows are skipped.
        let kept = max(samples.lowerBound, samples.upperBound - length)..<samples.upperBound
        let total = chunk.shape[1]
        chunk.withUnsafeBufferPointer { source in
            ring.withUnsafeMutableBufferPointer { ring in
                var place = (sampleCount + kept.lowerBound - samples.lowerBound) % length
                var first = kept.lowerBound
                while first < kept.upperBound {
                    let count = min(kept.upperBound - first, length - place)
                    for channel in 0..<channels {
                        let row = source[(channel * total + first)..<(channel * total + first + count)]
                        _ = ring[(channel * length + place)..<(channel * length + place + count)].update(fromContentsOf: row)
                    }
                    first += count
                    place = 0
                }
            }
        }
    }

    private mutating func predict() -> Prediction {
        let oldest = sampleCount % length
        for channel in 0..<channels {
            let row = channel * length
            window.replaceSubrange(row..<(row + length - oldest), with: ring[(row + oldest)..<(row + length)])
            window.replaceSubrange((row + length - oldest)..<(row + length), with: ring[row..<(row + oldest)])
        }
        let shape = Shape(plan.outputShape.dropFirst())
        let scores = Tensor(unsafeUninitializedShape: shape) { scores in
            window.withUnsafeBufferPointer { plan.run($0, into: scores, using: workspace) }
        }
        return Prediction(end: sampleCount, scores: scores)
    }
}
