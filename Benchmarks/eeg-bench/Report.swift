import EEGTensor
import Foundation

/// Everything that one run measured.
struct Report: Codable {
    var date: String
    var instructionSet: String
    var threads: Int
    var peerVersions: [String]
    var limits: MachineLimits
    var rows: [Row]
    var overheads: [Overhead]
    var remarks: [String]

    var markdown: String {
        var lines = [
            "\(date), \(instructionSet), \(threads) threads; beside \(peerVersions.isEmpty ? "no peer" : peerVersions.joined(separator: ", ")). "
                + "Machine limits in this run: sgemm \(Self.number(limits.floatingPointRate / 1e9)) GFLOP/s, copy \(Self.number(limits.bandwidth / 1e9)) GB/s.",
            "",
            "Medians in ms. Ratio: our time over the best peer's. Limit: the least time that arithmetic or memory traffic allows, and how much of ours that is.",
        ]
        let groups = rows.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        for group in groups {
            lines += [
                "", "### \(group)", "", "| workload | ours | best peer | ratio | limit | of limit | all figures |",
                "|---|---:|---:|---:|---:|---:|---|",
            ]
            lines += rows.filter { $0.group == group }.map(Self.line)
        }
        if !overheads.isEmpty {
            lines += ["", "### Overheads", "", "| what | measured | aim |", "|---|---:|---:|"]
            lines += overheads.map { "| \($0.name) | \($0.measured) | \($0.aim) |" }
        }
        let remarks = remarks + rows.flatMap { row in row.remarks.map { "\(row.name): \($0)" } }
        if !remarks.isEmpty { lines += [""] + remarks.map { "- \($0)" } }
        return lines.joined(separator: "\n")
    }

    /// A line of the table.
    static func line(_ row: Row) -> String {
        let ours = row.ours.first.map { milliseconds($0.seconds) } ?? "–"
        let peer = row.bestPeer.map { "\(milliseconds($0.seconds)) (\($0.label))" } ?? "–"
        let ratio = row.ratio.map { String(format: "%.2f", $0) } ?? "–"
        let fraction = row.fractionOfLimit.map { String(format: "%.0f%%", 100 * $0) } ?? "–"
        let all = (row.ours.dropFirst() + row.peers).map { "\($0.label) \(milliseconds($0.seconds))" }.joined(separator: ", ")
        return "| \(row.name) | \(ours) | \(peer) | \(ratio) | \(milliseconds(row.least)) \(row.bound) | \(fraction) | \(all) |"
    }

    private static func milliseconds(_ seconds: Double) -> String { number(1e3 * seconds) }

    /// Three digits.
    static func number(_ value: Double) -> String {
        String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value)
    }
}
