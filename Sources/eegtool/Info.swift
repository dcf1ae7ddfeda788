import ArgumentParser
import EEGData
import Foundation

struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what a file holds: format, channels or arrays, times, annotations, first values and statistics.",
        discussion: "The format is recognised by content. A file that cannot be read gives one line with file, place and reason, and exit status 1.")

    @Argument(help: "The file.")
    var file: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let summary: FileSummary
        do {
            summary = try FileSummary(of: file)
        } catch {
            // The reason may quote what the file holds: it must stay one line.
            let line = "\(error)".replacing("\n", with: " ")
            FileHandle.standardError.write(Data("eegtool: \(line)\n".utf8))
            throw ExitCode(1)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        } else {
            for line in summary.lines { print(line) }
        }
    }
}
