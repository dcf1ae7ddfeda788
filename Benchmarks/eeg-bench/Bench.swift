import ArgumentParser
import EEGTensor
import Foundation

/// Times the library beside its peers and the machine's limits.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eeg-bench",
        abstract:
            "Times kernels, models, signal processing and overheads beside PyTorch, ONNX Runtime, SciPy, MNE and torchaudio, and beside what the machine can do."
    )

    @Option(help: "Time only workloads whose group or name contains this; `loader`, `memory`, `front-ends` and `overheads` measure something else.")
    var only: String?
    @Option(help: "A Python interpreter that has the peer libraries; without one, our figures alone.")
    var python: String?
    @Option(help: "Turns that each program takes.")
    var rounds = 5
    @Option(help: "Seconds of one turn.")
    var seconds = 0.2
    @Option(help: "Also write everything as JSON to this file.")
    var json: String?
    @Option(help: "With `--only front-ends`: also write loss curves of 200 steps to this SVG file.")
    var figure: String?
    @Flag(help: "List the workloads and stop.")
    var list = false

    func run() throws {
        switch only?.lowercased() {
        case "loader": return print(try LoaderBenchmark().run())
        case "memory": return print(try MemoryBenchmark().run(python: python))
        case "front-ends":
            print(try FrontEndBenchmark().steps(rounds: 4 * rounds))
            if let figure { try FrontEndBenchmark().writeLosses(steps: 200, to: figure) }
            return
        default: break
        }
        let workloads = (kernelWorkloads + signalWorkloads + modelWorkloads + fileWorkloads + hdf5Workloads + parquetWorkloads).filter { workload in
            only.map { "\(workload.group) \(workload.name)".localizedCaseInsensitiveContains($0) } ?? true
        }
        if list {
            for workload in workloads { print("\(workload.group): \(workload.name)") }
            return
        }
        let peers = Peers(python: python, threads: EEGRuntime.threads)
        defer { peers.stop() }
        let measurement = Measurement(limits: MachineLimits(), peers: peers, rounds: rounds, budget: seconds)
        var report = Report(
            date: Date.now.formatted(.iso8601.year().month().day()), instructionSet: "\(EEGRuntime.instructionSet)",
            threads: EEGRuntime.threads, peerVersions: [], limits: measurement.limits, rows: [], overheads: [], remarks: peers.remarks)
        for workload in workloads {
            let row = measurement.row(workload)
            FileHandle.standardError.write(Data((Report.line(row) + "\n").utf8))
            report.rows.append(row)
        }
        if only == nil || only?.lowercased() == "overheads" { report.overheads = measureOverheads() }
        report.peerVersions = peers.versions
        print(report.markdown)
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(report).write(to: URL(fileURLWithPath: json))
        }
    }
}
