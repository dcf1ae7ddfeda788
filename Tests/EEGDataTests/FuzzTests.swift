import Foundation
import Testing

/// Damaged versions of every fixture, read by a process of their own, so that a trap or an endless loop is a failure and not the end of the tests.
@Suite struct FuzzTests {
    /// A folder of fixtures for each format, which our own code or `Scripts/make-fixtures` wrote.
    static let formats: [String] = {
        let contents = try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)
        return (contents ?? []).filter { !$0.contains(".") }.sorted()
    }()
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz")

    @Test(arguments: formats) func damagedFilesAreReadOrRefused(format: String) throws {
        let folder = Self.fixtures.appending(path: format)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
        let process = Process()
        let program: URL = try #require(Self.executable("eeg-fuzz"), "eeg-fuzz was not built")
        process.executableURL = program
        process.arguments = ["--format", format] + files.map { folder.appending(path: $0).path }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(text.suffix(2000))")
        print(text.split(separator: "\r").last.map(String.init) ?? "", terminator: "")
    }

    /// A program of this package, beside the test bundle.
    static func executable(_ name: String) -> URL? {
        let folders = CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() } + [Bundle.main.bundleURL]
        return folders.map { $0.appending(path: name) }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
