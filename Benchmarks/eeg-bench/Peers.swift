import Foundation

/// The peer programs that can run on this machine, started when they are first needed.
final class Peers {
    /// The Python interpreter; nil where there is none with the libraries.
    private let python: String?
    private let threads: Int
    /// A library to preload as a second way of running each script.
    private let allocator: String?
    private var processes: [String: Result<PeerProcess, any Error>] = [:]

    /// One prepared way of running a peer.
    struct Run {
        let label: String
        fileprivate let process: PeerProcess
        fileprivate let slot: Int

        func measure(for budget: Double) throws -> [Double] { try process.measure(slot, for: budget) }
    }

    init(python: String?, threads: Int) {
        self.python = python
        self.threads = threads
        allocator = Self.tcmalloc()
    }

    /// What is missing, in words.
    var remarks: [String] {
        guard python != nil else {
            return ["No Python with the peer libraries: our figures alone. Set BENCH_PYTHON or let `make bench` install them."]
        }
        return allocator == nil ? ["tcmalloc is not installed (libtcmalloc-minimal4): peers run with the system's allocator alone."] : []
    }

    /// The versions of the peers that were used.
    var versions: [String] { Set(processes.values.compactMap { try? $0.get().versions }).sorted() }

    /// Every way of running `tasks`, checked to compute what we compute.
    func runs(of tasks: [PeerTask], expecting checksum: Double?, remarks: inout [String]) -> [Run] {
        var runs: [Run] = []
        for task in tasks where python != nil {
            for allocator in allocator == nil ? [nil] : [nil, allocator] {
                for mode in task.modes {
                    let label = ([task.library, mode, allocator == nil ? "" : "tcmalloc"]).filter { !$0.isEmpty }.joined(separator: " ")
                    var request = task.request
                    request.mode = mode
                    do {
                        let process = try process(task.script, preloading: allocator)
                        let (slot, theirs) = try process.prepare(request)
                        if let checksum, let theirs, !(abs(checksum - theirs) <= 1e-3 * abs(theirs)) {
                            remarks.append("\(label) computes something else: sum of magnitudes \(theirs), ours \(checksum)")
                        }
                        runs.append(Run(label: label, process: process, slot: slot))
                    } catch {
                        remarks.append("\(label): \(error)")
                    }
                }
            }
        }
        return runs
    }

    /// Lets the peers forget what they prepared.
    func release() {
        for process in processes.values { try? process.get().release() }
    }

    func stop() {
        for process in processes.values { try? process.get().stop() }
    }

    private func process(_ script: String, preloading allocator: String?) throws -> PeerProcess {
        let key = script + (allocator ?? "")
        if let known = processes[key] { return try known.get() }
        let started = Result { try PeerProcess(python: python ?? "", script: Self.script(script), threads: threads, preload: allocator) }
        processes[key] = started
        return try started.get()
    }

    static func script(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("peers_\(name).py")
    }

    /// A library to preload; nil where it is not installed.
    static func tcmalloc() -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/sbin/ldconfig")
        process.arguments = ["-p"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let listing = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return listing.split(separator: "\n").first { $0.contains("libtcmalloc_minimal.so") }?
            .split(separator: " ").last.map(String.init)
    }
}
