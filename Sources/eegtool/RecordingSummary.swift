import EEGData

/// What there is to say of a recording, with statistics of every channel over all its samples.
struct RecordingSummary: Encodable {
    struct ChannelSummary: Encodable {
        let label: String
        let type: String
        let unit: String
        let samplingRate: Double
        let sampleCount: Int
        let transducer: String?
        let prefiltering: String?
        let physicalRange: [Double]?
        let digitalRange: [Int]?
        /// Stored integers, where the file has them.
        let digital: RunningStatistics?
        /// Values in the unit; absent where the file does not define them.
        let physical: RunningStatistics?
    }

    struct AnnotationSummary: Encodable {
        let onset: Double
        let duration: Double?
        let text: String
    }

    struct SegmentSummary: Encodable {
        let start: Double
        let duration: Double
    }

    let duration: Double
    let start: String?
    let startOffset: Double
    let channels: [ChannelSummary]
    let annotations: [AnnotationSummary]
    let segments: [SegmentSummary]
    /// Why samples could not be read, where the header could.
    let samplesError: String?

    /// Samples read at a time, over all channels.
    private static let blockSize = 1 << 21

    init(of recording: Recording, progress: ProgressBar) throws(EEGDataError) {
        duration = recording.duration
        start = recording.start.map {
            let date = [$0.year, $0.month, $0.day].map { padded($0) }.joined(separator: "-")
            return "\(date)T\([$0.hour, $0.minute, $0.second].map { padded($0) }.joined(separator: ":"))"
        }
        startOffset = recording.startOffset
        annotations = recording.annotations.map { AnnotationSummary(onset: $0.onset, duration: $0.duration, text: $0.text) }
        segments = recording.segments.map { SegmentSummary(start: $0.start, duration: $0.duration) }

        var physical: [RunningStatistics?] = recording.channels.map { $0.digitization?.isDefined == false ? nil : RunningStatistics() }
        var digital: [RunningStatistics?] = recording.channels.map { $0.digitization == nil ? nil : RunningStatistics() }
        var failure: String?
        do throws(EEGDataError) {
            try Self.read(recording, physical: &physical, digital: &digital, progress: progress)
        } catch {
            guard case .fileSystem = error else { throw error }
            // A header may be here without its samples, as data sets are shared.
            failure = "\(error)"
        }
        progress.finish()
        samplesError = failure
        channels = recording.channels.indices.map { index in
            let channel = recording.channels[index]
            return ChannelSummary(
                label: channel.label, type: channel.kind.rawValue, unit: channel.unit.description, samplingRate: channel.samplingRate,
                sampleCount: channel.sampleCount, transducer: channel.transducer.isEmpty ? nil : channel.transducer,
                prefiltering: channel.prefiltering.isEmpty ? nil : channel.prefiltering,
                physicalRange: channel.digitization.map { [$0.physicalMinimum, $0.physicalMaximum] },
                digitalRange: channel.digitization.map { [$0.digitalMinimum, $0.digitalMaximum] },
                digital: failure == nil ? digital[index] : nil, physical: failure == nil ? physical[index] : nil)
        }
    }

    private static func read(
        _ recording: Recording, physical: inout [RunningStatistics?], digital: inout [RunningStatistics?], progress: ProgressBar
    ) throws(EEGDataError) {
        let total = recording.channels.reduce(0) { $0 + $1.sampleCount }
        var done = 0
        let withIntegers = recording.channels.indices.filter { recording.channels[$0].digitization != nil }
        let withValues = recording.channels.indices.filter { recording.channels[$0].digitization?.isDefined != false }
        for segment in recording.segments {
            let ranges = recording.channels.map { segment.samples(of: $0) }
            let parts = max(1, ranges.reduce(0) { $0 + $1.count } / blockSize)
            for part in 0..<parts {
                let blocks = ranges.map { range in
                    (range.lowerBound + range.count * part / parts)..<(range.lowerBound + range.count * (part + 1) / parts)
                }
                let integers = try recording.digitalSamples(of: withIntegers, in: withIntegers.map { blocks[$0] })
                for (index, values) in zip(withIntegers, integers) { digital[index]?.add(values.map { Double($0) }) }
                let values = try recording.samples(of: withValues, in: withValues.map { blocks[$0] })
                for (index, values) in zip(withValues, values) { physical[index]?.add(values) }
                done += blocks.reduce(0) { $0 + $1.count }
                progress.update(Double(done) / Double(max(1, total)))
            }
        }
    }

    /// For people.
    var lines: [String] {
        var lines = ["duration  \(short(duration)) s" + (segments.count > 1 ? " in \(segments.count) segments with gaps between them" : "")]
        if let start { lines.append("start     \(start.replacing("T", with: " "))" + (startOffset != 0 ? " + \(short(startOffset)) s" : "")) }
        if let samplesError { lines.append("samples   not readable: \(samplesError)") }
        lines.append("channels  \(channels.count)")
        let width = min(24, channels.map(\.label.count).max() ?? 0)
        for (index, channel) in channels.enumerated() {
            let label = channel.label.padding(to: width)
            let unit = channel.unit.isEmpty ? "no unit" : channel.unit
            lines.append(
                "  \("\(index)".padding(to: 3)) \(label)  \(channel.type), \(unit), \(short(channel.samplingRate)) Hz"
                    + (channel.physical.map { ", \($0.text)" } ?? ""))
        }
        lines.append("annotations  \(annotations.count)")
        for annotation in annotations.prefix(10) {
            let duration = annotation.duration.map { " for \(short($0)) s" } ?? ""
            lines.append("  \(short(annotation.onset)) s\(duration)  \(annotation.text)")
        }
        if annotations.count > 10 { lines.append("  … \(annotations.count - 10) more") }
        return lines
    }
}

private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
