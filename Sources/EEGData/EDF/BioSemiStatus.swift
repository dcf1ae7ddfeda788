/// The word that BioSemi recorders store beside each sample: trigger inputs and the state of the recorder.
///
/// BioSemi, "Which file format does BioSemi use?", section on the status channel.
public struct BioSemiStatus: Sendable, Hashable {
    /// The 24 bits as they are stored.
    public let bits: UInt32

    public init(bits: UInt32) { self.bits = bits }

    /// The 16 trigger inputs.
    public var trigger: Int { Int(bits & 0xFFFF) }
    /// Whether the sample is the first of an epoch.
    public var startsEpoch: Bool { has(16) }
    /// The speed mode, 0 to 15, which stands for the sampling rate and the number of channels.
    public var speedMode: Int { Int((bits >> 17) & 0b111 | (bits >> 18) & 0b1000) }
    /// Whether the common mode sense electrode is within its range: where it is not, no channel is valid.
    public var isCommonModeInRange: Bool { has(20) }
    public var isBatteryLow: Bool { has(22) }
    /// Whether the recorder is an ActiveTwo of the second make.
    public var isMarkTwo: Bool { has(23) }

    private func has(_ bit: UInt32) -> Bool { bits >> bit & 1 == 1 }

    static let channelLabel = "Status"
    static let unit = PhysicalUnit("Boolean")
    /// Stored integers stand for themselves.
    static let digitization: Digitization = {
        let range = EDFKind.bdf.digitalRange
        return Digitization(
            physical: (Double(range.lowerBound), Double(range.upperBound)), digital: (range.lowerBound, range.upperBound))
    }()
}

/// A change of the trigger inputs of a recorder.
public struct TriggerEvent: Sendable, Hashable {
    /// The number of the first sample with the new code.
    public let sample: Int
    /// Seconds, by the clock, from the first sample of the recording.
    public let time: Double
    /// The new state of the trigger inputs, not 0.
    public let code: Int
}

extension Recording {
    /// The status words of a recording by a BioSemi recorder, one a sample.
    ///
    /// - Parameters:
    ///   - channel: the status channel; by default the one that is labelled `Status`.
    ///   - range: sample numbers; the whole channel by default.
    public func biosemiStatus(of channel: Int? = nil, in range: Range<Int>? = nil) throws(EEGDataError) -> [BioSemiStatus] {
        let index = try statusChannel(channel)
        let stored = try digitalSamples(of: [index], in: range.map { [$0] })[0]
        return stored.map { BioSemiStatus(bits: UInt32(bitPattern: $0) & 0xFF_FFFF) }
    }

    /// The events on the trigger inputs of a BioSemi recorder: changes of the code to another one that is not 0. Samples before the first
    /// change, and behind a gap, are no events.
    ///
    /// - Parameter channel: the status channel; by default the one that is labelled `Status`.
    public func triggerEvents(of channel: Int? = nil) throws(EEGDataError) -> [TriggerEvent] {
        let index = try statusChannel(channel)
        try check(index)
        var events: [TriggerEvent] = []
        let blockSize = 1 << 20
        for segment in segments {
            let samples = segment.samples(of: channels[index])
            var code: Int?
            for start in stride(from: samples.lowerBound, to: samples.upperBound, by: blockSize) {
                let words = try biosemiStatus(of: index, in: start..<min(start + blockSize, samples.upperBound))
                for (offset, word) in words.enumerated() where word.trigger != code {
                    if code != nil, word.trigger != 0 {
                        let time = segment.time(ofSample: start + offset, of: channels[index])
                        events.append(TriggerEvent(sample: start + offset, time: time, code: word.trigger))
                    }
                    code = word.trigger
                }
            }
        }
        return events
    }

    private func statusChannel(_ channel: Int?) throws(EEGDataError) -> Int {
        if let channel { return channel }
        return try channelIndex(BioSemiStatus.channelLabel)
    }
}
