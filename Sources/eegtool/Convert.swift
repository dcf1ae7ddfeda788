import ArgumentParser
import EEGData

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a recording in another format.",
        discussion: """
            The suffix of OUT chooses the format: .edf, .bdf, .hea (WFDB in the layout of the PhysioNet Challenge of 2018), .parquet. EDF and BDF keep
            stored integers and annotations as they are; values that do not fit into 16 or 24 bits as they are, and floating-point numbers, are
            quantized anew, with a note that tells the step.
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
        case "edf": try requantized(recording, bits: 16).writeEDF(to: output)
        case "bdf": try requantized(recording, bits: 24).writeBDF(to: output)
        case "parquet": try recording.writeParquet(to: output)
        default:
            let parts = output.split(separator: "/", omittingEmptySubsequences: false)
            let name = String((parts.last ?? "").dropLast(4))
            try recording.writeWFDB(to: parts.count > 1 ? parts.dropLast().joined(separator: "/") : ".", name: name)
            try noteSteps(of: Recording(contentsOf: output), insteadOf: recording)
        }
        print("\(output): \(recording.channels.count) channels, \(short(recording.duration)) s, \(recording.annotations.count) annotations")
    }

    /// The recording in integers that fit, with a line for each channel whose values change for that.
    private func requantized(_ recording: Recording, bits: Int) throws(EEGDataError) -> Recording {
        let result = try recording.requantized(bits: bits)
        for note in result.notes.dropFirst(recording.notes.count) { print("note: \(note)") }
        return result
    }

    /// A line for each channel that was written in other steps than it had.
    private func noteSteps(of written: Recording, insteadOf recording: Recording) throws(EEGDataError) {
        for (new, old) in zip(written.channels, recording.channels) {
            guard let step = new.digitization?.step, abs((old.digitization?.step ?? 0) - step) > 1e-6 * step else { continue }
            print("note: \(new.label): the values were re-quantized to 16 bits, in steps of \(Float(step)) \(new.unit)")
        }
    }
}
