/// Signals with what is known about them. Samples are read when they are asked for, not when the recording is opened.
///
/// ```swift
/// let recording = try Recording(contentsOf: "session1.edf")
/// let tenSeconds = try recording.samples(of: 0, seconds: 60..<70)
/// ```
public struct Recording: Sendable {
    public private(set) var channels: [Channel]
    /// When the recording started; nil where the file does not tell.
    public let start: StartTime?
    /// Seconds from `start` to the first sample, usually below 1.
    public let startOffset: Double
    public var annotations: [Annotation]
    /// The stretches without gaps, in order; one for a continuous recording.
    public private(set) var segments: [Segment]
    /// What was odd about the file and how it was understood.
    public private(set) var notes: [String]
    /// Who was recorded, for splits that keep people apart; set it where the file does not tell.
    public var subject: String?
    /// The occasion on which it was recorded.
    public var session: String?
    /// The file behind the recording; nil for samples in memory.
    public private(set) var path: String?
    /// What was done to the signals since they were opened, with all settings.
    public private(set) var processing: [String] = []
    /// The files that the samples come from, as they were when they were opened; also for signals computed from them.
    private(set) var files: [FileIdentity]
    private var source: any SignalSource
    /// For each channel its place in the source.
    private var sourceChannels: [Int]

    init(
        channels: [Channel], source: any SignalSource, sourceChannels: [Int]? = nil, start: StartTime? = nil, startOffset: Double = 0,
        annotations: [Annotation] = [], segments: [Segment]? = nil, notes: [String] = []
    ) {
        self.channels = channels
        self.source = source
        files = source.files.map { FileIdentity($0) }
        self.sourceChannels = sourceChannels ?? Array(channels.indices)
        self.start = start
        self.startOffset = startOffset
        self.annotations = annotations
        self.segments = segments ?? [Segment(start: 0, storedStart: 0, duration: channels.map(\.duration).max() ?? 0)]
        self.notes = notes
    }

    /// A recording of samples in memory.
    ///
    /// - Parameters:
    ///   - samples: for each channel its samples in the channel's unit, as many as its `sampleCount`.
    ///   - segments: the stretches without gaps; nil for one.
    public init(
        channels: [Channel], samples: [[Float]], start: StartTime? = nil, annotations: [Annotation] = [], segments: [Segment]? = nil,
        notes: [String] = []
    ) throws(EEGDataError) {
        guard samples.count == channels.count else {
            throw .invalidArgument(name: "samples", expected: "one array for each of \(channels.count) channels", found: "\(samples.count)")
        }
        for (channel, values) in zip(channels, samples) {
            guard values.count == channel.sampleCount else {
                throw .invalidArgument(
                    name: "samples of \(channel.label)", expected: "\(channel.sampleCount) samples", found: "\(values.count)")
            }
            guard channel.samplingRate > 0, channel.samplingRate.isFinite else {
                throw .invalidArgument(
                    name: "sampling rate of \(channel.label)", expected: "a positive number", found: "\(channel.samplingRate)")
            }
        }
        self.init(
            channels: channels, source: MemorySource(channels: channels, samples: samples), start: start, annotations: annotations,
            segments: segments, notes: notes)
    }

    /// The length of the stored signal in seconds: that of the longest channel, without the gaps between segments, which
    /// `clockDuration` counts.
    public var duration: Double { channels.map(\.duration).max() ?? 0 }

    /// Seconds, by the clock, from the first sample to the end of the last one: with the gaps between segments.
    public var clockDuration: Double { segments.last?.end ?? 0 }

    /// The index of the only channel with this label, or with this name behind its type of signal, or whose electrode the name means: `T7` is
    /// also found as `EEG T3-REF`, whatever the capitals.
    public func channelIndex(_ label: String) throws(EEGDataError) -> Int {
        var matches = channels.indices.filter { channels[$0].label == label }
        if matches.isEmpty { matches = channels.indices.filter { channels[$0].name == label } }
        if matches.isEmpty, let electrode = ElectrodeName.standard(label) {
            matches = channels.indices.filter { channels[$0].electrode == electrode }
        }
        guard let index = matches.first else { throw .unknownChannel(label: label, available: channels.map(\.label)) }
        guard matches.count == 1 else { throw .ambiguousChannel(label: label, indices: matches) }
        return index
    }

    /// The recording with only the channels of some kinds; `.meg` stands for magnetometers and gradiometers too.
    public func picking(_ kinds: Channel.Kind...) -> Recording {
        let wanted = Set(kinds.flatMap { $0 == .meg ? [.meg, .magnetometer, .gradiometer] : [$0] })
        return picking(indices: channels.indices.filter { wanted.contains(channels[$0].kind) })
    }

    /// The recording with only the channels of these labels (see `channelIndex`), in this order.
    public func picking(_ labels: [String]) throws(EEGDataError) -> Recording {
        var indices: [Int] = []
        for label in labels { indices.append(try channelIndex(label)) }
        return picking(indices: indices)
    }

    private func picking(indices: [Int]) -> Recording {
        var result = self
        result.channels = indices.map { channels[$0] }
        result.sourceChannels = indices.map { sourceChannels[$0] }
        result.processing.append("picked \(indices) \(result.channels.map(\.label))")
        return result
    }

    /// The recording with signals that `source` computes from those of this one; what is known of it stays.
    ///
    /// - Parameter step: what was done, with all settings: equal steps on equal recordings must give equal samples.
    func derived(_ source: any SignalSource, channels: [Channel], segments: [Segment]? = nil, by step: String) -> Recording {
        var result = self
        result.channels = channels
        result.source = source
        result.sourceChannels = Array(channels.indices)
        result.segments = segments ?? self.segments
        result.processing.append(step)
        return result
    }

    /// The recording with the same signals and changed descriptions of the channels.
    func relabelling(_ change: (inout Channel) -> Void) -> Recording {
        var result = self
        for index in result.channels.indices { change(&result.channels[index]) }
        return result
    }

    /// The recording as read from a file, which may name others that hold the samples.
    func opened(from file: RandomAccessFile) -> Recording {
        var result = self
        result.path = file.path
        result.files.insert(FileIdentity(file), at: 0)
        return result
    }

    /// The recording with one more remark.
    func noting(_ note: String) -> Recording {
        var result = self
        result.notes.append(note)
        return result
    }

    /// Samples of one channel in its unit.
    ///
    /// - Parameter range: sample numbers; the whole channel by default.
    /// - Throws: `EEGDataError.crossesGap` where the samples lie on both sides of a gap, and what reading throws.
    public func samples(of channel: Int, in range: Range<Int>? = nil) throws(EEGDataError) -> [Float] {
        try samples(of: [channel], in: range.map { [$0] })[0]
    }

    /// Samples of one channel over a stretch of time, by the clock from the first sample, in its unit.
    public func samples(of channel: Int, seconds: Range<Double>) throws(EEGDataError) -> [Float] {
        try samples(of: channel, in: sampleNumbers(of: channel, seconds: seconds))
    }

    /// Samples of several channels in their units, read in one pass.
    ///
    /// - Parameter ranges: for each of them sample numbers; whole channels by default.
    /// - Throws: `EEGDataError.crossesGap` where samples of a channel lie on both sides of a gap, and what reading throws.
    public func samples(of indices: [Int], in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [[Float]] {
        let ranges = try checkedPhysical(ranges, of: indices)
        return try source.samples(of: indices.map { sourceChannels[$0] }, in: ranges)
    }

    /// Samples of several channels in their units into memory that has room for the ranges.
    func read(_ indices: [Int], in ranges: [Range<Int>], into targets: [UnsafeMutableBufferPointer<Float>]) throws(EEGDataError) {
        try source.read(indices.map { sourceChannels[$0] }, in: checkedPhysical(ranges, of: indices), into: targets)
    }

    /// The stored integers of several channels, read in one pass.
    ///
    /// - Throws: also where a channel's samples are not stored as integers.
    public func digitalSamples(of indices: [Int], in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [[Int32]] {
        guard !indices.isEmpty else { return [] }
        let ranges = try checked(ranges, of: indices)
        for index in indices where channels[index].digitization == nil {
            throw .invalidArgument(name: "channel \(channels[index].label)", expected: "a digitization", found: "samples that have none")
        }
        return try source.digitalSamples(of: indices.map { sourceChannels[$0] }, in: ranges)
    }

    func check(_ channel: Int) throws(EEGDataError) {
        guard channels.indices.contains(channel) else {
            throw .invalidArgument(name: "channel index", expected: "0 to \(channels.count - 1)", found: "\(channel)")
        }
    }

    /// The ranges, checked, of channels whose physical values are defined.
    private func checkedPhysical(_ ranges: [Range<Int>]?, of indices: [Int]) throws(EEGDataError) -> [Range<Int>] {
        let ranges = try checked(ranges, of: indices)
        for index in indices {
            guard let digitization = channels[index].digitization, !digitization.isDefined else { continue }
            throw .invalidArgument(
                name: "digital range of \(channels[index].label)",
                expected: "a minimum below the maximum, for physical values to be defined",
                found: "\(digitization.digitalMinimum) to \(digitization.digitalMaximum)")
        }
        return ranges
    }

    func checked(_ ranges: [Range<Int>]?, of indices: [Int]) throws(EEGDataError) -> [Range<Int>] {
        for index in indices { try check(index) }
        let ranges = ranges ?? indices.map { 0..<channels[$0].sampleCount }
        guard ranges.count == indices.count else {
            throw .invalidArgument(name: "ranges", expected: "one for each of \(indices.count) channels", found: "\(ranges.count)")
        }
        for (range, index) in zip(ranges, indices) {
            guard range.lowerBound >= 0, range.upperBound <= channels[index].sampleCount else {
                throw .invalidArgument(
                    name: "sample range of \(channels[index].label)", expected: "a part of 0..<\(channels[index].sampleCount)",
                    found: "\(range)")
            }
            try checkForGaps(in: range, of: channels[index])
        }
        return ranges
    }
}

extension Channel {
    /// The numbers of the samples in a stretch of time, to the nearest sample.
    ///
    /// - Throws: where the stretch leaves the channel by more than half a sample.
    public func samples(in seconds: Range<Double>) throws(EEGDataError) -> Range<Int> {
        let lower = (seconds.lowerBound * samplingRate).rounded()
        let upper = (seconds.upperBound * samplingRate).rounded()
        guard lower >= 0, upper <= Double(sampleCount) else {
            throw .invalidArgument(
                name: "seconds of \(label)", expected: "a part of 0..<\(duration)", found: "\(seconds.lowerBound)..<\(seconds.upperBound)")
        }
        return Int(lower)..<Int(upper)
    }
}

/// Where a recording's samples come from: one type a file format.
protocol SignalSource: Sendable {
    /// The files that samples are read from, beside the one that the recording was opened from.
    var files: [RandomAccessFile] { get }

    /// Physical values. Channels and ranges were checked against the recording, digitizations are defined.
    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]]

    /// Physical values, into memory of as many elements as the ranges have. Channels, ranges and digitizations were checked.
    func read(_ channels: [Int], in ranges: [Range<Int>], into targets: [UnsafeMutableBufferPointer<Float>]) throws(EEGDataError)

    /// Stored integers. Channels and ranges were checked against the recording.
    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]]
}

extension SignalSource {
    func read(_ channels: [Int], in ranges: [Range<Int>], into targets: [UnsafeMutableBufferPointer<Float>]) throws(EEGDataError) {
        for (target, values) in zip(targets, try samples(of: channels, in: ranges)) { _ = target.update(fromContentsOf: values) }
    }

    /// Computed signals read no files of their own: the recording keeps those of the one that it is made of.
    var files: [RandomAccessFile] { [] }

    /// Computed signals have no stored integers; `Recording` has refused to read them, as their channels have no digitization.
    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        throw .invalidArgument(name: "digital samples", expected: "channels as they were stored", found: "computed signals")
    }
}

/// Samples in memory.
struct MemorySource: SignalSource {
    let channels: [Channel]
    let samples: [[Float]]

    func samples(of indices: [Int], in ranges: [Range<Int>]) -> [[Float]] {
        zip(indices, ranges).map { Array(samples[$0][$1]) }
    }

    func digitalSamples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        var result: [[Int32]] = []
        for (index, range) in zip(indices, ranges) {
            result.append(try channels[index].stored(samples[index][range], first: range.lowerBound))
        }
        return result
    }
}

extension Channel {
    /// The stored integers of values of the channel, whose digitization is defined.
    ///
    /// - Parameter first: the number of the first sample, for messages.
    /// - Throws: where a value is not finite or out of range.
    func stored(_ values: some Collection<Float>, first: Int) throws(EEGDataError) -> [Int32] {
        guard let digitization else { return [] }
        // Half a step beyond the range still rounds to its end.
        let margin = digitization.step.magnitude * 0.501
        let lowest = min(digitization.physicalMinimum, digitization.physicalMaximum) - margin
        let highest = max(digitization.physicalMinimum, digitization.physicalMaximum) + margin
        var stored: [Int32] = []
        stored.reserveCapacity(values.count)
        for (offset, value) in values.enumerated() {
            let value = Double(value)
            guard lowest <= value, value <= highest else {
                let time = Double(first + offset) / samplingRate
                guard value.isFinite else { throw .notFinite(what: "samples to be stored as integers", channel: label, time: time) }
                throw .invalidArgument(
                    name: "sample of \(label) at \(time) s",
                    expected: "a value from \(digitization.physicalMinimum) to \(digitization.physicalMaximum)", found: "\(value)")
            }
            stored.append(Int32(clamping: digitization.digital(value)))
        }
        return stored
    }
}
