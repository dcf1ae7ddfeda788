public import EEGPlot
internal import Foundation

/// The reports of all epochs of a training run.
public struct TrainingHistory: Sendable, RandomAccessCollection {
    public internal(set) var reports: [EpochReport] = []
    /// The epoch whose monitored result was best, counted from 1, where training stops early; its weights are those of the model if they were
    /// to be restored.
    public internal(set) var bestEpoch: Int?

    public var startIndex: Int { reports.startIndex }
    public var endIndex: Int { reports.endIndex }
    public subscript(index: Int) -> EpochReport { reports[index] }

    /// A name and its value in each epoch; nil where it is not known.
    private var columns: [(name: String, values: [Double?])] {
        var columns: [(String, [Double?])] = [
            ("epoch", reports.map { Double($0.epoch) }), ("learning rate", reports.map(\.learningRate)),
            ("seconds", reports.map(\.seconds)),
        ]
        for (part, summary) in parts {
            columns.append(("\(part) loss", reports.map { summary($0)?.loss }))
            for name in metricNames {
                columns.append(("\(part) \(name)", reports.map { report in value(of: name, in: summary(report)) }))
            }
        }
        return columns
    }

    private var parts: [(name: String, summary: (EpochReport) -> EvaluationSummary?)] {
        let hasValidation = reports.contains { $0.validation != nil }
        return [("training", { $0.training })] + (hasValidation ? [("validation", { $0.validation })] : [])
    }

    private var metricNames: [String] { reports.last?.training.measurements.map(\.name) ?? [] }

    private func value(of name: String, in summary: EvaluationSummary?) -> Double? {
        summary?.measurements.first { $0.name == name }?.value
    }
}

/// The history as text and as curves.
extension TrainingHistory {
    /// A line of names, then one of numbers for each epoch; what is not a number is left empty.
    public var csv: String {
        let columns = columns
        let lines = reports.indices.map { row in columns.map { Self.number($0.values[row]) ?? "" }.joined(separator: ",") }
        let names = columns.map { "\"\($0.name.replacing(" ", with: "_").replacing("\"", with: "'"))\"" }
        return ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    /// A JSON object on one line for each epoch; what is not a number is null.
    public var jsonLines: String {
        let columns = columns
        return reports.indices.map { row in
            let fields = columns.map { "\(Self.quoted($0.name.replacing(" ", with: "_"))): \(Self.number($0.values[row]) ?? "null")" }
            return "{\(fields.joined(separator: ", "))}\n"
        }.joined()
    }

    /// The loss and each metric over the epochs, training beside validation.
    public func figure(title: String = "Training") -> Figure {
        var figure = Figure(title: title)
        var panels = [panel("loss") { $0.loss }]
        panels += metricNames.map { name in panel(name) { value(of: name, in: $0) ?? .nan } }
        panels.append(
            LineChart(
                title: "learning rate", x: Axis("epoch"), y: Axis("learning rate"),
                series: [Series("", reports.map(\.learningRate), x: epochs)]))
        for start in stride(from: 0, to: panels.count, by: 2) { figure.addRow(Array(panels[start..<Swift.min(start + 2, panels.count)])) }
        return figure
    }

    private var epochs: [Double] { reports.map { Double($0.epoch) } }

    private func panel(_ name: String, _ value: (EvaluationSummary) -> Double) -> LineChart {
        let series = parts.map { part in Series(part.name, reports.map { part.summary($0).map(value) ?? .nan }, x: epochs) }
        return LineChart(title: name, x: Axis("epoch"), y: Axis(name), series: series)
    }

    /// Shortest digits that give the number back; nil for what is none.
    private static func number(_ value: Double?) -> String? {
        guard let value, value.isFinite else { return nil }
        return Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data("\"\"".utf8), as: UTF8.self)
    }
}
