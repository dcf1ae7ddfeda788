import EEGData
import Foundation
import Testing

/// `eegtool` on every file at hand: valid JSON and status 0, or one line on standard error and status 1; nothing else, whatever the file.
@Suite struct EEGToolTests {
    static let files: [URL] = {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return [fixtures, RealData.folder].compactMap(\.self).flatMap { folder in
            let contents = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
            return (contents?.allObjects as? [URL] ?? []).filter {
                (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
            }
        }.sorted { $0.path < $1.path }
    }()

    @Test func infoOfEveryFile() throws {
        let tool: URL = try #require(FuzzTests.executable("eegtool"), "eegtool was not built")
        var readable = 0
        for file in Self.files {
            let (status, output, errors) = try run(tool, ["info", "--json", file.path])
            if status == 0 {
                readable += 1
                let json = try? JSONSerialization.jsonObject(with: output) as? [String: Any]
                #expect(json?["format"] is String, "\(file.lastPathComponent): \(String(decoding: output.prefix(200), as: UTF8.self))")
            } else {
                let lines = String(decoding: errors, as: UTF8.self).split(separator: "\n")
                #expect(status == 1 && output.isEmpty && lines.count == 1, "\(file.lastPathComponent): status \(status), \(lines.prefix(3))")
                #expect(lines.first?.contains(file.lastPathComponent) == true, "the error does not name \(file.lastPathComponent): \(lines)")
            }
        }
        #expect(readable > 0)
        print("eegtool info: \(readable) of \(Self.files.count) files read, the others refused in one line each")
    }

    @Test func convertTellsNewSteps() throws {
        let tool: URL = try #require(FuzzTests.executable("eegtool"), "eegtool was not built")
        let folder = try TemporaryFolder()
        let header = [
            "Brain Vision Data Exchange Header File Version 1.0", "[Common Infos]", "DataFile=a.eeg", "NumberOfChannels=1",
            "SamplingInterval=10000", "DataOrientation=MULTIPLEXED", "[Binary Infos]", "BinaryFormat=INT_16", "[Channel Infos]",
            "Ch1=Cz,,0.0488281,µV",
        ]
        let input = try folder.write(Array(header.joined(separator: "\n").utf8), to: "a.vhdr")
        _ = try folder.write((0..<400).map { UInt8($0 % 251) }, to: "a.eeg")
        let original = try Recording(contentsOf: input).samples(of: 0)
        for suffix in ["edf", "bdf", "hea", "parquet"] {
            let output = folder.path("b.\(suffix)")
            let (status, text, errors) = try run(tool, ["convert", input, output])
            #expect(status == 0, "\(suffix): \(String(decoding: errors, as: UTF8.self))")
            let isTold = String(decoding: text, as: UTF8.self).contains("Cz: the values were re-quantized to \(suffix == "bdf" ? 24 : 16) bits")
            // These store the integers of the recording, or floating-point numbers.
            guard suffix != "hea", suffix != "parquet" else {
                #expect(!isTold)
                continue
            }
            #expect(isTold, "\(String(decoding: text, as: UTF8.self))")
            let copy = try Recording(contentsOf: output)
            let step = try Float(#require(copy.channels[0].digitization).step)
            // With 24 bits the rounding of Float counts as well.
            #expect(try zip(copy.samples(of: 0), original).allSatisfy { abs($0 - $1) <= 0.51 * step + 2 * $1.ulp })
        }
    }

    private func run(_ program: URL, _ arguments: [String]) throws -> (status: Int32, output: Data, errors: Data) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        // Files instead of pipes: a pipe that nobody empties would stop a program that says much.
        let paths = [folder.path("output"), folder.path("errors")]
        for path in paths { FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = try #require(FileHandle(forWritingAtPath: paths[0]))
        process.standardError = try #require(FileHandle(forWritingAtPath: paths[1]))
        try process.run()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return (status, try Data(contentsOf: URL(fileURLWithPath: paths[0])), try Data(contentsOf: URL(fileURLWithPath: paths[1])))
    }
}
