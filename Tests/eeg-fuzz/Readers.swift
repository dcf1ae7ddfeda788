import EEGData

/// Reads all of a file that it can: one reader a format, one line each. What it throws must be an `EEGDataError`.
let readers: [String: @Sendable (String) throws(EEGDataError) -> Void] = [
    "edf": readRecording,
    "bdf": readRecording,
    "brainvision": { path throws(EEGDataError) in try readRecording(main(path, "vhdr")) },
    "eeglab": { path throws(EEGDataError) in try readRecording(main(path, "set")) },
    "mat": readMATLAB,
    "nifti": readNIfTI,
    "wfdb": { path throws(EEGDataError) in try readRecording(main(path, "hea")) },
    "wfdb-annotations": { path throws(EEGDataError) in _ = try WFDBAnnotations(contentsOf: path).annotations(samplingRate: 250) },
    "hdf5": readHDF5,
    "mat73": readMAT73,
    "meg": readMEG,
    "pickle": readPickle,
    "parquet": readParquet,
    "npy": { path throws(EEGDataError) in _ = try NumericArray(npy: path, limits: smallLimits) },
    "npz": { path throws(EEGDataError) in
        let file = try NPZFile(contentsOf: path, limits: smallLimits)
        for name in file.names { _ = try file.array(name) }
    },
    "safetensors": { path throws(EEGDataError) in
        let file = try SafetensorsFile(contentsOf: path, limits: smallLimits)
        for entry in file.entries { _ = try file.array(entry.name) }
    },
    "csv": { path throws(EEGDataError) in _ = try CSVTable(contentsOf: path, limits: smallLimits) },
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

/// Reads every dataset and attribute of an HDF5 file that can be read.
@Sendable func readHDF5(_ path: String) throws(EEGDataError) {
    let file = try HDF5File(contentsOf: path, limits: ReadLimits(decodedBytes: 32 << 20))
    for object in try file.objects(onRefusal: { _, _ in }) {
        let attributes: [HDF5Attribute]
        switch object {
        case .group(let group): attributes = group.attributes
        case .dataset(let dataset):
            attributes = dataset.attributes
            do throws(EEGDataError) { _ = try dataset.array() } catch { _ = try? dataset.strings() }
        case .namedType: attributes = []
        }
        for attribute in attributes {
            do throws(EEGDataError) { _ = try attribute.array() } catch { _ = try? attribute.strings() }
        }
    }
}

/// Reads a pickle and the arrays at its top.
@Sendable func readPickle(_ path: String) throws(EEGDataError) {
    guard case .dictionary(let items) = try PickleFile(contentsOf: path).value else { return }
    for item in items {
        for case .array(let array) in [item.value] + (item.value.elements ?? []) { _ = (array.numbers, array.strings) }
    }
}

/// Reads every block of a recording of the schema meg-spikes-raw.
@Sendable func readMEG(_ path: String) throws(EEGDataError) {
    let recording = try MEGSpikeRecording(contentsOf: path, limits: ReadLimits(decodedBytes: 32 << 20))
    for block in recording.blocks.indices { _ = try recording.samples(ofBlock: block) }
}

/// Reads every variable of a MATLAB 7.3 file that can be read.
@Sendable func readMAT73(_ path: String) throws(EEGDataError) {
    let file = try MATFile(contentsOf: path, limits: ReadLimits(decodedBytes: 8 << 20))
    for variable in file.variables { _ = try? file.value(of: variable.name) }
}

/// Small files may hold large arrays that are well compressed; here they may not.
let smallLimits = ReadLimits(decodedBytes: 32 << 20)

/// Reads all columns, one by one: a broken one does not hide the others.
@Sendable func readParquet(_ path: String) throws(EEGDataError) {
    let file = try ParquetFile(contentsOf: path, limits: smallLimits)
    var failure: EEGDataError?
    for field in file.fields {
        do throws(EEGDataError) { _ = try file.table(of: [field.name]) } catch { failure = error }
    }
    if let failure { throw failure }
    _ = try file.table()
}
