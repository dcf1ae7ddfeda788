public import EEGTensor

/// Corrupts recordings to test on: all windows of a recording have the same corrupted channels, the same noise levels and the same strength, with
/// fresh noise in each.
///
/// ```swift
/// let corruption = try RecordingCorruption(recordings: test.recordings.count, channels: 4, randomness: .corrected(Generator(seed: 87)))
/// for index in corruption.strengths.indices {
///     let score = try model.evaluate(on: loader.transformed(by: corruption.transform(strengthIndex: index)))
/// }
/// ```
///
/// Source: Banville et al., "Robust learning from corrupted EEG with dynamic spatial filtering", NeuroImage 251, 2022, and its programs.
public struct RecordingCorruption: Sendable {
    /// Where random numbers come from.
    public enum Randomness: Sendable, Hashable {
        /// Channels and noise levels from streams of their own for each strength and recording, independent of the noise.
        case corrected(Generator)
        /// Channels and noise levels as the authors' programs draw them from `RandomState(seed)` of NumPy: recording after recording, strength after
        /// strength. There the noise comes from a copy of the same generator; here it is independent.
        case asPublished(seed: UInt32)
    }

    /// η, one after the other.
    public let strengths: [Double]
    /// What happens: for each strength, for each recording.
    public let events: [[Corruption.Event]]
    private let generator: Generator

    /// The defaults are those of the paper's test, for signals in microvolts.
    ///
    /// - Parameters:
    ///   - recordings: their number.
    ///   - channels: of each recording.
    ///   - channelProbability: with which each channel is corrupted.
    ///   - noise: what σ is drawn from.
    ///   - sharesMasks: whether all strengths have the same corrupted channels and noise levels, for curves without the noise of masks; the authors'
    ///     programs draw new ones.
    /// - Throws: for settings out of range.
    public init(
        recordings: Int, channels: Int, strengths: [Double] = [0, 0.25, 0.5, 0.75, 1], channelProbability: Double = 0.5,
        noise: ClosedRange<Double> = 20...50, sharesMasks: Bool = false, randomness: Randomness
    ) throws(AugmentationError) {
        try checkSetting(recordings > 0 && channels > 0, "recordings and channels", "\(recordings) and \(channels)", "at least 1")
        try checkSetting(!strengths.isEmpty, "strengths", strengths, "at least one")
        var draw = EventDraw(randomness)
        var events: [[Corruption.Event]] = []
        for (number, strength) in strengths.enumerated() {
            // Outside of the range a strength must throw, not trap.
            try checkProbability(strength, "strength")
            let corruption = try Corruption(channels: .random(probability: channelProbability), strength: strength...strength, noise: noise)
            if sharesMasks, let first = events.first {
                events.append(first.map { Corruption.Event(isCorrupted: $0.isCorrupted, noise: $0.noise, strength: strength) })
            } else {
                events.append(
                    (0..<recordings).map { draw.event(of: corruption, channels: channels, strength: number, recording: $0) })
            }
        }
        self.strengths = strengths
        self.events = events
        generator = draw.noise
    }

    /// The corruption with one of the strengths, counted from 0. It is the same in each epoch.
    ///
    /// Windows must come with the number of their recording, and always in the same order: their noise depends on their place.
    ///
    /// - Precondition: there is such a strength.
    public func transform(strengthIndex index: Int) -> some BatchTransform {
        require(events.indices.contains(index), "RecordingCorruption: strength \(index) of \(events.count)")
        return Transform(events: events[index], generator: generator.stream("strength", index))
    }

    private struct Transform: BatchTransform {
        let events: [Corruption.Event]
        let generator: Generator

        func transform(_ batch: inout Batch, epoch: Int, place: Int) throws {
            let (channels, samples) = (batch.signals.shape[1], batch.signals.shape[2])
            guard batch.count > 0, channels * samples > 0 else { return }
            guard batch.recordings.count == batch.count, batch.recordings.allSatisfy(events.indices.contains) else {
                throw AugmentationError.unsuitableBatch(
                    augmentation: "RecordingCorruption", expected: "for each window the number of its recording, in \(events.indices)",
                    found: "\(batch.count) windows of recordings \(Set(batch.recordings).sorted())")
            }
            guard channels == events[0].isCorrupted.count else {
                throw AugmentationError.shapeMismatch(
                    augmentation: "RecordingCorruption", expected: "\(events[0].isCorrupted.count) channels", found: [channels, samples])
            }
            let recordings = batch.recordings
            let generators = WindowGenerators(generator, place: place)
            try forEachWindow(of: &batch.signals) { index, window in
                var generator = generators[index]
                events[recordings[index]].corrupt(window, using: &generator)
            }
        }
    }
}

/// The random numbers of events, one recording after the other.
private struct EventDraw {
    private let generator: Generator
    /// Takes the place of the generator's streams where events are drawn as published.
    private var twister: MersenneTwister?

    init(_ randomness: RecordingCorruption.Randomness) {
        switch randomness {
        case .corrected(let given): generator = given
        case .asPublished(let seed): (generator, twister) = (Generator(seed: UInt64(seed)), MersenneTwister(seed: seed))
        }
    }

    var noise: Generator { generator.stream("noise") }

    mutating func event(of corruption: Corruption, channels: Int, strength: Int, recording: Int) -> Corruption.Event {
        var stream = generator.stream("parameters").stream("strength", strength).stream("recording", recording)
        return corruption.event(channels: channels) { twister?.uniform() ?? stream.uniform() }
    }
}
