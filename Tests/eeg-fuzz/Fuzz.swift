import ArgumentParser
import Foundation

/// Reads damaged versions of files. Each must be read or refused by a typed error: a trap, an endless loop, or memory beyond four times the file
/// and a fixed amount ends the run with a failure. The damaged file stays where it is then, and its number repeats it.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "eeg-fuzz")

    @Option(help: "The reader: \(readers.keys.sorted().joined(separator: ", ")).")
    var format: String
    @Option(help: "How many damaged files to read.")
    var count = 2000
    @Option(help: "Where the damage is drawn from.")
    var seed: UInt64 = 1
    @Option(help: "The number of the first damaged file, to repeat one.")
    var first = 0
    @Option(help: "Megabytes that a read may take beyond four times the file.")
    var megabytes = 64
    @Option(help: "Seconds that one read may take.")
    var seconds = 10.0
    @Argument(help: "Valid files of the format, with all that belong to one recording.")
    var files: [String]

    func run() throws {
        guard let read = readers[format] else { throw ValidationError("no reader is called \(format)") }
        let originals = try files.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
        guard !originals.isEmpty else { throw ValidationError("no files") }
        let folder = FileManager.default.temporaryDirectory.appending(path: "eeg-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Formats of several files: each is damaged in turn, the others lie beside it unharmed.
        let copies = files.map { folder.appending(path: URL(fileURLWithPath: $0).lastPathComponent) }
        for (copy, original) in zip(copies, originals) { try Data(original).write(to: copy) }
        var refused = 0
        var slowest = Duration.zero
        var mostMemory = 0

        for number in first..<(first + count) {
            let original = number % originals.count
            var mutation = Mutation(seed: seed, number: number)
            let damaged = mutation(originals[original], other: originals[(original + 1) % originals.count])
            let file = copies[original]
            try Data(damaged).write(to: file)
            // If the program ends here, the last line says with which file.
            FileHandle.standardOutput.write(Data("\rcase \(number)".utf8))
            let before = ProcessMemory.resetPeak()
            let clock = ContinuousClock()
            let start = clock.now
            do { try read(file.path) } catch { refused += 1 }
            let time = clock.now - start
            let memory = max(0, ProcessMemory.peak - before)
            slowest = max(slowest, time)
            mostMemory = max(mostMemory, memory)
            guard memory <= 4 * damaged.count + megabytes << 20 else {
                throw Failure(description: "\ncase \(number): \(memory >> 20) MB for a file of \(damaged.count) bytes: \(file.path)")
            }
            guard time < .seconds(seconds) else { throw Failure(description: "\ncase \(number): \(time): \(file.path)") }
            try Data(originals[original]).write(to: file)
        }
        try FileManager.default.removeItem(at: folder)
        print(
            "\r\(format): \(count) damaged versions of \(files.count) files: \(count - refused) read, \(refused) refused; slowest \(slowest), "
                + "at most \(mostMemory >> 20) MB")
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
}

/// Memory of this process, as Linux counts it; elsewhere nothing is counted.
enum ProcessMemory {
    /// Forgets the peak so far; returns the bytes resident now.
    static func resetPeak() -> Int {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        return value("VmRSS")
    }

    static var peak: Int { value("VmHWM") }

    private static func value(_ name: String) -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) << 10
    }
}
