import Foundation

/// A peer script that stays alive through the whole run, so that its measurements can alternate with ours.
///
/// It reads requests and writes replies, one JSON object a line; see `peer_server.py`.
final class PeerProcess {
    private let process = Process()
    private let requests = Pipe()
    private let replies = Pipe()
    private var unread = Data()
    /// What the script says of itself: the versions of its libraries.
    private(set) var versions = ""

    private struct Command: Encodable {
        var prepare: PeerTask.Request?
        var measure: Int?
        var memory: Int?
        var budget: Double?
    }

    private struct Reply: Decodable {
        var versions: String?
        var error: String?
        var slot: Int?
        var checksum: Double?
        var seconds: [Double]?
        var bytes: Int?
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts `script` with a Python interpreter; `preload` names a library to load before all others.
    init(python: String, script: URL, threads: Int, preload: String?) throws {
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script.path, String(threads)]
        var environment = ProcessInfo.processInfo.environment
        for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"] { environment[name] = String(threads) }
        environment["LD_PRELOAD"] = preload
        process.environment = environment
        process.standardInput = requests
        process.standardOutput = replies
        try process.run()
        versions = try read().versions ?? ""
    }

    /// Makes the inputs and runs the computation once; returns the slot where it is kept and the sum of the magnitudes of its result.
    func prepare(_ request: PeerTask.Request) throws -> (slot: Int, checksum: Double?) {
        let reply = try exchange(Command(prepare: request))
        return (reply.slot ?? 0, reply.checksum)
    }

    /// The seconds of each repetition of what was prepared, within `budget` seconds.
    func measure(_ slot: Int, for budget: Double) throws -> [Double] {
        try exchange(Command(measure: slot, budget: budget)).seconds ?? []
    }

    /// The bytes by which what was prepared raises the resident memory of the process.
    func memory(_ slot: Int) throws -> Int { try exchange(Command(memory: slot)).bytes ?? 0 }

    /// Lets go of everything that was prepared.
    func release() { _ = try? exchange(Command()) }

    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func exchange(_ command: Command) throws -> Reply {
        try requests.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(command) + Data("\n".utf8))
        return try read()
    }

    private func read() throws -> Reply {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[..<end]
                unread = Data(unread[(end + 1)...])
                let reply = try JSONDecoder().decode(Reply.self, from: line)
                if let error = reply.error { throw Failure(description: error) }
                return reply
            }
            let more = replies.fileHandleForReading.availableData
            if more.isEmpty { throw Failure(description: "\(process.arguments?.first ?? "peer") ended") }
            unread += more
        }
    }
}
