import EEGData

/// Reads all of a file that it can: one reader a format, one line each. What it throws must be an `EEGDataError`.
let readers: [String: @Sendable (String) throws(EEGDataError) -> Void] = [
    "edf": readRecording,
    "eeglab": { path throws(EEGDataError) in try readRecording(main(path, "set")) },
    "mat": readMATLAB,
    "nifti": readNIfTI,
    "wfdb": { path throws(EEGDataError) in try readRecording(main(path, "hea")) },
    "wfdb-annotations": { path throws(EEGDataError) in _ = try WFDBAnnotations(contentsOf: path).annotations(samplingRate: 250) },
]

/// The file of a recording that names the others, whichever of them is damaged.
private func main(_ path: String, _ suffix: String) -> String { path[..<(path.lastIndex(of: ".") ?? path.endIndex)] + "." + suffix }

/// Decodes all variables that can be decoded.
@Sendable func readMATLAB(_ path: String) throws(EEGDataError) {
    let file = try MATFile(contentsOf: path)
    var failure: EEGDataError?
    for variable in file.variables {
        do throws(EEGDataError) { _ = try file.value(of: variable.name) } catch { failure = error }
    }
    if let failure { throw failure }
}

@Sendable func readNIfTI(_ path: String) throws(EEGDataError) {
    let image = try NIfTIImage(contentsOf: path)
    try image.forEachVolume { (_, _) throws(EEGDataError) in }
    _ = try image.volume(image.volumeCount - 1)
}

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
