import Foundation
import Testing

/// A folder for the records, runs and cache of a test, removed with the value.
final class Folder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "dsf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// The last of the runs in a folder, by the time of their settings.
    func newestRun(_ folder: String) throws -> String {
        let runs = try FileManager.default.contentsOfDirectory(atPath: path(folder)).map { path("\(folder)/\($0)") }
        return try #require(runs.max { (try? modified($0)) ?? .distantPast < (try? modified($1)) ?? .distantPast })
    }

    private func modified(_ run: String) throws -> Date {
        try #require(FileManager.default.attributesOfItem(atPath: run + "/experiment.json")[.modificationDate] as? Date)
    }

    @discardableResult
    func run(_ arguments: String...) throws -> String { try run(arguments) }

    /// Runs the program to its end and returns what it printed.
    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let (status, output, errors) = try result(of: arguments)
        #expect(status == 0, "\(arguments): \(errors.suffix(1000))")
        return output
    }

    func result(of arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let (process, output, errors) = try start(arguments)
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8),
            try String(contentsOfFile: errors, encoding: .utf8)
        )
    }

    /// Runs the program and kills it as soon as a file of its run exists.
    func killing(_ arguments: [String], whenExists file: String, in folder: String) throws {
        let (process, _, errors) = try start(arguments)
        while process.isRunning {
            let runs = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
            if runs.contains(where: { FileManager.default.fileExists(atPath: path("\(folder)/\($0)/\(file)")) }) {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                return
            }
            usleep(1000)
        }
        Issue.record("\(arguments) ended before \(file) was there: \(try String(contentsOfFile: errors, encoding: .utf8).suffix(500))")
    }

    private func start(_ arguments: [String]) throws -> (process: Process, output: String, errors: String) {
        let folders = CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() } + [Bundle.main.bundleURL]
        let tool = folders.map { $0.appending(path: "dsf") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        let process = Process()
        let executable: URL = try #require(tool, "dsf was not built")
        process.executableURL = executable
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["PC18_DATASET_PATH"] = path("records")
        environment["JOBLIB_CACHE_DIR"] = path("cache/new")
        process.environment = environment
        let names = ["output", "errors"].map { path("\($0)-\(UUID().uuidString)") }
        for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: names[0])
        process.standardError = FileHandle(forWritingAtPath: names[1])
        try process.run()
        return (process, names[0], names[1])
    }
}
