import EEGFiles
import Foundation
import Synchronization

/// Prints lines, marking each where the data are simulated.
struct Output: Sendable {
    let isSimulated: Bool

    func callAsFunction(_ text: String = "") {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { print(isSimulated ? "[simulated] \(line)" : "\(line)") }
        // A log in a file grows as the work goes on.
        fflush(nil)
    }
}

/// Writes a text in one step: a reader sees the old file or the whole new one.
func write(_ text: String, to path: String) throws {
    var file = try AtomicFile(path: path)
    try file.write(text.utf8)
    try file.commit()
}

/// Makes the folder that a file goes to.
func makeFolder(of file: String) throws {
    try FileManager.default.createDirectory(at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// A value as JSON with sorted keys.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

/// The value in a JSON file; nil where there is no file or it holds something else.
func decoded<Value: Decodable>(_ type: Value.Type, from path: String) -> Value? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(type, from: $0) }
}

func percent(_ share: Double) -> String { share.isFinite ? "\((share * 1000).rounded() / 10) %" : "undefined" }

func decimals(_ value: Double, _ count: Int = 3) -> String { value.isFinite ? String(format: "%.\(count)f", value) : "undefined" }

/// Calls `task` with 0..<count, several at a time; throws what failed first.
func inParallel(_ count: Int, jobs: Int, _ task: @escaping @Sendable (Int) throws -> Void) throws {
    let next = Mutex(0)
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    for _ in 0..<min(jobs, count) {
        group.enter()
        let thread = Thread {
            defer { group.leave() }
            while failure.withLock({ $0 == nil }) {
                let number = next.withLock { number in
                    defer { number += 1 }
                    return number
                }
                guard number < count else { return }
                do { try task(number) } catch { failure.withLock { $0 = $0 ?? error } }
            }
        }
        // Filters and readers keep scratch memory on the stack; secondary threads have but 512 KiB of it on some systems.
        thread.stackSize = 8 << 20
        thread.start()
    }
    group.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
}
