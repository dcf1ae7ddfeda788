import EEGTensor
import Foundation

/// What one workload took.
struct Row: Codable, Sendable {
    var group: String
    var name: String
    /// Median seconds of each of our implementations, the compared one first.
    var ours: [Figure]
    /// Median seconds of each peer in each of its modes.
    var peers: [Figure]
    /// The least seconds that the machine allows.
    var least: Double
    var bound: String
    /// What is wrong: a peer that failed or computed something else.
    var remarks: [String] = []

    struct Figure: Codable, Sendable {
        var label: String
        var seconds: Double
    }

    var bestPeer: Figure? { peers.min { $0.seconds < $1.seconds } }
    /// Our time in units of the best peer's.
    var ratio: Double? {
        guard let ours = ours.first?.seconds, let peer = bestPeer?.seconds else { return nil }
        return ours / peer
    }
    /// How close we are to the machine's limit: 1 is the limit.
    var fractionOfLimit: Double? { ours.first.map { least / $0.seconds } }
}

/// Times workloads here and in the peer programs by turns, so that whatever else the machine does falls on all alike.
struct Measurement {
    let limits: MachineLimits
    let peers: Peers
    let rounds: Int
    /// Seconds of one turn.
    let budget: Double

    func row(_ workload: Workload) -> Row {
        var row = Row(
            group: workload.group, name: workload.name, ours: [], peers: [], least: limits.leastSeconds(workload),
            bound: limits.bound(workload))
        let prepared = workload.implementations.map { $0.prepare() }
        var ours = Array(repeating: Timings(), count: prepared.count)
        let runs = peers.runs(of: workload.peers, expecting: prepared.first?.checksum, remarks: &row.remarks)
        var theirs = Array(repeating: Timings(), count: runs.count)
        for _ in 0..<rounds {
            for (index, prepared) in prepared.enumerated() { ours[index].measure(for: budget, prepared.run) }
            for (index, run) in runs.enumerated() {
                do {
                    theirs[index].seconds += try run.measure(for: budget)
                } catch {
                    row.remarks.append("\(run.label): \(error)")
                }
            }
        }
        peers.release()
        row.ours = zip(workload.implementations, ours).map { Row.Figure(label: $0.label, seconds: $1.median) }
        row.peers = zip(runs, theirs).filter { !$1.seconds.isEmpty }.map { Row.Figure(label: $0.label, seconds: $1.median) }
        return row
    }
}
