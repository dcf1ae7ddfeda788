import ArgumentParser
import EEGData

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a recording in another format.",
        discussion: """
            The suffix of OUT chooses the format: .edf, .bdf, .hea (WFDB in the layout of the PhysioNet Challenge of 2018), .parquet. EDF and BDF keep stored
            integers and annotations as they are.
            """)

    @Argument(help: "The recording, of any format that can be read.")
    var input: String
    @Argument(help: "The file to write.")
    var output: String

    func validate() throws {
        guard ["edf", "bdf", "hea", "parquet"].contains(suffix) else {
            throw ValidationError("\(output): the suffix must be .edf, .bdf, .hea or .parquet")
        }
    }

    private var suffix: String { output.split(separator: ".").last.map { $0.lowercased() } ?? "" }

    func run() throws {
        let recording = try Recording(contentsOf: input)
        for note in recording.notes { print("note: \(note)") }
        switch suffix {
        case "edf": try recording.writeEDF(to: output)
        case "bdf": try recording.writeBDF(to: output)
        case "parquet": try recording.writeParquet(to: output)
        default:
            let parts = output.split(separator: "/", omittingEmptySubsequences: false)
            let name = String((parts.last ?? "").dropLast(4))
            try recording.writeWFDB(to: parts.count > 1 ? parts.dropLast().joined(separator: "/") : ".", name: name)
        }
        print("\(output): \(recording.channels.count) channels, \(short(recording.duration)) s, \(recording.annotations.count) annotations")
    }
}
