import EEGModels
import EEGTensor
import Foundation

/// How far a training step of EEGNet raises the resident memory of a process, beside PyTorch's.
///
/// Each way runs in a process of its own, or first in this one, after a step with one window, which loads code and tables.
struct MemoryBenchmark {
    static let task = "EEGNet:training"
    static let batch = 64
    private static let shape = SignalShape(channels: 22, samples: 1000, samplingRate: 250, outputs: 4)

    func run(python: String?) throws -> String {
        var lines = ["| training step of EEGNet, batch \(Self.batch) of 22 x 1000 | raises resident memory by, MiB |", "|---|---:|"]
        func add(_ name: String, _ bytes: Int) { lines.append("| \(name) | \(bytes >> 20) |") }
        add("ours", try ours())
        guard let python else { return lines.joined(separator: "\n") }
        let tcmalloc = Peers.tcmalloc()
        for allocator in tcmalloc == nil ? [nil] : [nil, tcmalloc] {
            for mode in ["eager", "channels-last"] {
                let name = "PyTorch \(mode)" + (allocator == nil ? "" : " tcmalloc")
                add(name, try Self.growth(of: mode, python: python, preloading: allocator))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func ours() throws -> Int {
        let model = try EEGNet(Self.shape, generator: Generator(seed: 1))
        var optimization = OptimizerState(.adam(learningRate: 1e-3), of: model.parameters)
        func step(_ x: Tensor) {
            var context = ForwardContext.training(Generator(seed: 4))
            let labels = (0..<x.shape[0]).map { $0 % Self.shape.outputs }
            let (_, gradients) = valueAndGradient(of: model.parameters) { crossEntropy(model(x, &context), labels) }
            optimization.update(with: gradients)
            context.applyUpdates()
        }
        let (one, all) = (benchmarkInput([1, 22, 1000], operand: 0), benchmarkInput([Self.batch, 22, 1000], operand: 0))
        step(one)
        let before = try resetPeak()
        for _ in 0..<3 { step(all) }
        return try status("VmHWM") - before
    }

    private static func growth(of mode: String, python: String, preloading allocator: String?) throws -> Int {
        let process = try PeerProcess(
            python: python, script: Peers.script("models"), threads: EEGRuntime.threads, preload: allocator)
        defer { process.stop() }
        let slots = try [1, batch].map { batch in
            var request = PeerTask.Request(task: task, shapes: [[batch, 22, 1000]])
            request.mode = mode
            return try process.prepare(request).slot
        }
        _ = try process.measure(slots[0], for: 0)
        return try process.memory(slots[1])
    }

    /// Forgets the peak of the resident memory so far; returns what is resident now.
    private func resetPeak() throws -> Int {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        return try status("VmRSS")
    }

    /// Bytes of an entry of the process's status.
    private func status(_ name: String) throws -> Int {
        let lines = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
        let fields = lines.first { $0.hasPrefix("\(name):") }?.split(whereSeparator: \.isWhitespace) ?? []
        guard fields.count > 1, let kibibytes = Int(fields[1]) else { throw PeerProcess.Failure(description: "/proc/self/status has no \(name)") }
        return kibibytes << 10
    }
}
