import ArgumentParser
import EEGData
import EEGPlot

struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Draws the traces of a recording, with its annotations, as SVG.")

    @Argument(help: "The recording.")
    var file: String
    @Option(name: .shortAndLong, help: "The figure to write.")
    var output: String
    @Option(help: "Seconds from the first sample at which the figure begins.")
    var from = 0.0
    @Option(help: "How many seconds to draw.")
    var seconds = 20.0
    @Option(help: "Channels to draw, separated by commas; by default all of the most common sampling rate, at most 32.")
    var channels: String?

    func run() throws {
        var recording = try Recording(contentsOf: file)
        if let channels {
            recording = try recording.picking(channels.split(separator: ",").map(String.init))
        }
        let end = recording.clockDuration
        guard seconds > 0, seconds <= 1e6, from >= 0, from < end else {
            throw ValidationError("the recording ends at \(short(end)) s: nothing from \(from) s on for \(seconds) s")
        }
        guard let segment = recording.segments.last(where: { $0.start <= from }) ?? recording.segments.first else {
            throw ValidationError("the recording has no samples")
        }
        var traces: [TracePlot.Trace] = []
        for index in recording.channels.indices.prefix(channels == nil ? 32 : .max) {
            let channel = recording.channels[index]
            let range = segment.samples(of: channel)
            let offset = (max(from, segment.start) - segment.start) * channel.samplingRate
            let first = range.lowerBound + Int(min(Double(range.count), offset.rounded()))
            let part = first..<min(range.upperBound, first + Int((seconds * channel.samplingRate).rounded()))
            guard !part.isEmpty else { continue }
            traces.append(
                .init(label: channel.name, samples: try recording.samples(of: index, in: part), samplingRate: channel.samplingRate))
        }
        let spans = recording.annotations.filter { $0.end >= max(from, $0.onset) && $0.onset <= from + seconds }.map {
            Span(max(from, $0.onset)...min(from + seconds, $0.end), label: $0.text)
        }
        var figure = Figure(title: file.split(separator: "/").last.map(String.init) ?? file, subtitle: ["from \(short(from)) s"])
        figure.addRow([TracePlot(traces: traces, spans: spans, startTime: from)], height: 60 + 26 * Double(traces.count))
        try figure.write(to: output)
    }
}
