internal import Foundation

extension Recording {
    init(eeglab file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) {
        let fields = try EEGLABFields(file, limits: options.limits)
        var notes: [String] = []
        let channelCount = try fields.count("nbchan")
        let samplesPerEpoch = try fields.count("pnts")
        // Old continuous data sets may lack the number of trials, or have 0.
        var epochCount = max(1, try fields.value("trials") == nil ? 1 : fields.count("trials"))
        let rate = try fields.number("srate")
        guard rate > 0, rate <= 1e9 else { throw fields.malformed("srate", expected: "a positive number", found: "\(rate)") }
        let isEpoched = epochCount > 1
        var (sampleCount, overflow) = samplesPerEpoch.multipliedReportingOverflow(by: epochCount)
        let (valueCount, overflow2) = channelCount.multipliedReportingOverflow(by: sampleCount)
        guard !overflow, !overflow2, valueCount <= 1 << 48 else {
            throw fields.malformed("pnts", expected: "a product of 48 bits", found: "\(channelCount) x \(samplesPerEpoch) x \(epochCount)")
        }
        // A product of 0 bounds none of its factors.
        guard channelCount <= 1 << 16, epochCount == 1 || valueCount > 0 else {
            throw fields.malformed(
                "nbchan", expected: "at most 65536 channels, and samples where there are epochs",
                found: "\(channelCount) channels, \(epochCount) epochs of \(samplesPerEpoch) samples")
        }
        let source = try Self.eeglabSource(
            fields, file, channelCount: channelCount, samplesPerEpoch: samplesPerEpoch, epochCount: epochCount, options: options, notes: &notes)
        if let stored = (source as? EEGLABFileSource)?.sampleCount, stored < sampleCount {
            sampleCount = stored
            if epochCount > 1 { epochCount = stored / samplesPerEpoch }
        }

        let locations = try fields.value("chanlocs")?.structure
        var channels: [Channel] = []
        var invented = 0
        for index in 0..<channelCount {
            var label = (locations?[index, "labels"]).flatMap(eeglabText)?.trimmingCharacters(in: .whitespaces) ?? ""
            if label.isEmpty {
                label = "EEG \(String(repeating: "0", count: max(0, 3 - "\(index)".count)))\(index)"
                invented += 1
            }
            var channel = Channel(label: label, unit: .microvolt, samplingRate: rate, sampleCount: sampleCount)
            if let type = (locations?[index, "type"]).flatMap(eeglabText), case let kind = Channel.Kind(label: "\(type) \(label)"), kind != .other {
                channel.kind = kind
            }
            if let x = locations?[index, "X"]?.number, let y = locations?[index, "Y"]?.number, let z = locations?[index, "Z"]?.number {
                // EEGLAB's first axis points to the nose, its second to the left ear.
                channel.position = SIMD3(-y, x, z)
            }
            channels.append(channel)
        }
        if invented > 0 { notes.append("the labels of \(invented) of \(channelCount) channels are invented: the file has none") }
        if let count = locations?.count, count > channelCount { notes.append("\(count - channelCount) channel locations belong to no channel") }

        let events = try EEGLABEvents(fields, rate: rate, sampleCount: sampleCount, notes: &notes)
        if isEpoched {
            let start = try fields.value("xmin")?.number ?? 0
            notes.append("\(epochCount) epochs of \(samplesPerEpoch) samples, each from \(start) s; their times in the recording are not known")
        }
        self.init(
            channels: channels, source: source, annotations: events.annotations,
            segments: isEpoched ? Self.epochs(samplesPerEpoch, epochCount, rate) : events.segments(rate: rate, sampleCount: sampleCount),
            notes: notes)
    }

    /// The epochs as segments without gaps: nothing tells how far they were apart.
    private static func epochs(_ samples: Int, _ count: Int, _ rate: Double) -> [Segment] {
        (0..<count).map { index in
            let start = Double(index * samples) / rate
            return Segment(start: start, storedStart: start, duration: Double(samples) / rate)
        }
    }

    private static func eeglabSource(
        _ fields: EEGLABFields, _ file: RandomAccessFile, channelCount: Int, samplesPerEpoch: Int, epochCount: Int, options: ReadOptions,
        notes: inout [String]
    ) throws(EEGDataError) -> any SignalSource {
        let sampleCount = samplesPerEpoch * epochCount
        guard let data = try fields.value("data") else { throw fields.malformed("data", expected: "an array or a file name", found: "nothing") }
        if let name = data.string {
            var samples: RandomAccessFile
            do throws(EEGDataError) { samples = try RandomAccessFile(path: file.sibling(name)) } catch {
                // Data sets get renamed, the name inside does not.
                let stem = file.name.lastIndex(of: ".").map { String(file.name[..<$0]) } ?? file.name
                samples = try RandomAccessFile(path: file.sibling(stem + ".fdt"))
                notes.append("the file \(name) with the samples is missing, \(samples.name) was read instead")
            }
            let isChannelByChannel = samples.name.lowercased().hasSuffix(".dat")
            // Whole samples of all channels, whole epochs.
            let step = 4 * channelCount * (epochCount > 1 ? samplesPerEpoch : 1)
            let stored = step > 0 ? samples.size / step * (step / (4 * channelCount)) : 0
            let isCut = stored > 0 && stored < sampleCount && !isChannelByChannel && !options.isStrict
            if isCut { notes.append("\(samples.name) holds \(stored) samples of each channel where the data set declares \(sampleCount)") }
            guard isCut || samples.size == 4 * channelCount * sampleCount else {
                throw .malformed(
                    file: samples.path, format: "EEGLAB", offset: nil, field: "size",
                    expected: "\(4 * channelCount * sampleCount) bytes for \(channelCount) channels of \(sampleCount) samples",
                    found: "\(samples.size)")
            }
            return EEGLABFileSource(
                file: samples, channelCount: channelCount, sampleCount: isCut ? stored : sampleCount, isChannelByChannel: isChannelByChannel,
                limits: options.limits)
        }
        guard let array = data.numbers, array.count == channelCount * sampleCount,
            array.shape.first == channelCount || channelCount == 1,
            epochCount == 1 || array.shape == [channelCount, samplesPerEpoch, epochCount] || array.shape == [channelCount, sampleCount]
        else {
            throw fields.malformed(
                "data", expected: "\(channelCount) x \(samplesPerEpoch) x \(epochCount) numbers",
                found: "\(data.shape.map { "\($0)" } ?? "another value")")
        }
        // The epochs of a matrix of two axes follow one another.
        let isMatrix = array.shape.count == 2
        return EEGLABMatrixSource(
            values: array.floats, samplesPerEpoch: isMatrix ? sampleCount : samplesPerEpoch, epochCount: isMatrix ? 1 : epochCount)
    }
}

/// The events of a data set: annotations, and the places where the signal was cut.
private struct EEGLABEvents {
    private(set) var annotations: [Annotation] = []
    /// The first sample behind each cut, with the seconds that are missing in front of it.
    private var cuts: [(sample: Int, gap: Double)] = []

    init(_ fields: EEGLABFields, rate: Double, sampleCount: Int, notes: inout [String]) throws(EEGDataError) {
        // A structure without fields may claim any number of elements.
        guard let events = try fields.value("event")?.structure, events.fieldNames.contains("latency") else { return }
        var stored: [(latency: Double, duration: Double?, text: String)] = []
        var broken = 0
        for index in 0..<events.count {
            guard let latency = events[index, "latency"]?.number, latency.isFinite, abs(latency) <= 1e15 else {
                broken += 1
                continue
            }
            let duration = events[index, "duration"]?.number.flatMap { $0.isFinite && $0 >= 0 ? $0 / rate : nil }
            stored.append((latency - 1, duration, events[index, "type"].flatMap(eeglabText) ?? "event"))
        }
        if broken > 0 { notes.append("\(broken) events without a latency were left out") }

        for event in stored where event.text == "boundary" {
            // Cuts lie half-way between two samples, or at the first behind them.
            let sample = Int(event.latency.rounded(.up))
            if sample > 0, sample < sampleCount { cuts.append((sample, event.duration ?? 0)) }
        }
        cuts.sort { $0.sample < $1.sample }
        let unknown = cuts.count { $0.gap == 0 }
        if unknown > 0 { notes.append("the signal was cut at \(unknown) places; how much is missing there is not known") }

        // Latencies count stored samples: what was cut out in front of an event delays it.
        var gap = 0.0
        var next = 0
        let order = stored.indices.sorted { (stored[$0].latency, $0) < (stored[$1].latency, $1) }
        for event in order.map({ stored[$0] }) {
            let isAfter: (Int) -> Bool =
                event.text == "boundary" ? { Double($0) < event.latency.rounded(.up) } : { Double($0) <= event.latency }
            while next < cuts.count, isAfter(cuts[next].sample) {
                gap += cuts[next].gap
                next += 1
            }
            annotations.append(Annotation(onset: event.latency / rate + gap, duration: event.duration, text: event.text))
        }
    }

    func segments(rate: Double, sampleCount: Int) -> [Segment] {
        var segments: [Segment] = []
        var first = 0
        var gap = 0.0
        for (sample, missing) in cuts + [(sampleCount, 0)] {
            // Several cuts at one place are one.
            if sample > first || segments.isEmpty {
                let start = Double(first) / rate
                segments.append(Segment(start: start + gap, storedStart: start, duration: Double(sample - first) / rate))
            }
            gap += missing
            first = sample
        }
        return segments
    }
}

/// The text of a label or an event type, which may be stored as a number.
private func eeglabText(_ value: MATValue) -> String? {
    if let text = value.string { return text }
    return value.number.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
}
