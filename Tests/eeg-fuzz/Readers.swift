import EEGData

/// Reads all of a file that it can: one reader a format, one line each. What it throws must be an `EEGDataError`.
let readers: [String: @Sendable (String) throws(EEGDataError) -> Void] = [
    "edf": readRecording
]

/// Opens a recording and reads all of it, segment by segment.
@Sendable func readRecording(_ path: String) throws(EEGDataError) {
    let recording = try Recording(contentsOf: path)
    for index in recording.channels.indices {
        for segment in recording.segments {
            let range = segment.samples(of: recording.channels[index])
            if recording.channels[index].digitization != nil { _ = try recording.digitalSamples(of: [index], in: [range]) }
            guard recording.channels[index].digitization?.isDefined != false else { continue }
            _ = try recording.samples(of: index, in: range)
        }
    }
}
