/// The formats that can be read, told apart by the content of a file.
public enum FileFormat: String, Sendable, CaseIterable {
    case edf = "EDF"
    case bdf = "BDF"
    case brainVision = "BrainVision"
    case eeglab = "EEGLAB"
    case wfdb = "WFDB"
    /// HDF5 of the schema of `MEGSpikeRecording`.
    case megSpikes = "meg-spikes-raw"
    case wfdbAnnotations = "WFDB annotations"
    case matlab = "MATLAB"
    case hdf5 = "HDF5"
    case parquet = "Parquet"
    case pickle = "pickle"
    case npy = "NPY"
    case npz = "NPZ"
    case nifti = "NIfTI-1"
    case safetensors = "safetensors"
    case arff = "ARFF"
    case csv = "CSV"

    /// Whether `Recording(contentsOf:)` opens such files.
    public var isRecording: Bool { RecordingFormats.all.contains { $0.name == rawValue } }

    /// The format of a file, by its content; the suffix counts for nothing.
    ///
    /// - Throws: `EEGDataError` where the file cannot be opened or is of no known format.
    public init(of path: String) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        let beginning = try file.bytes(at: 0, count: min(512, file.size))
        if let recording = RecordingFormats.all.first(where: { $0.recognizes(beginning, of: file) }),
            let format = FileFormat(rawValue: recording.name)
        {
            self = format
            return
        }
        if let format = Self.bySignature(beginning) ?? Self.byStructure(beginning, file) {
            self = format
            return
        }
        throw .unsupported(
            file: path, format: "unknown", feature: "the file begins with \(describe(beginning.prefix(8))), which no supported format does")
    }

    /// Formats that begin with bytes of their own.
    private static func bySignature(_ beginning: [UInt8]) -> FileFormat? {
        func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool { beginning.dropFirst(offset).starts(with: bytes) }
        if begins(Array("PAR1".utf8)) || begins(Array("PARE".utf8)) { return .parquet }
        if begins([0x93] + Array("NUMPY".utf8)) { return .npy }
        if begins(Array("PK".utf8) + [3, 4]) || begins(Array("PK".utf8) + [5, 6]) { return .npz }
        if begins(Array("n+1".utf8), at: 344) || begins(Array("ni1".utf8), at: 344) || begins([0x1F, 0x8B]) { return .nifti }
        // MATLAB 7.3 files are HDF5 behind a text of their own.
        if begins(Array("MATLAB".utf8)) { return .matlab }
        if begins([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]) { return .hdf5 }
        if beginning.count > 2, beginning[0] == 0x80, (2...5).contains(beginning[1]) { return .pickle }
        if beginning.count > 8, beginning[8] == UInt8(ascii: "{"), beginning[5..<8].allSatisfy({ $0 == 0 }) { return .safetensors }
        // A header of MATLAB 5 ends with its version and the letters that tell the byte order; its text may say anything.
        if begins(Array("IM".utf8), at: 126) || begins(Array("MI".utf8), at: 126) { return .matlab }
        return nil
    }

    /// Formats that must be looked into.
    private static func byStructure(_ beginning: [UInt8], _ file: RandomAccessFile) -> FileFormat? {
        // HDF5 may begin at 512, 1024, 2048 … behind bytes of the user.
        var offset = 512
        while offset < min(file.size - 8, 1 << 20) {
            if (try? file.bytes(at: offset, count: 8)) == [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A] { return .hdf5 }
            offset *= 2
        }
        let isText = !beginning.isEmpty && beginning.allSatisfy { $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) }
        if isText {
            let text = String(decoding: beginning, as: UTF8.self)
            if text.lowercased().contains("@relation") { return .arff }
            let line = text.split(whereSeparator: \.isNewline).first ?? ""
            return line.contains { ",;\t".contains($0) } ? .csv : nil
        }
        if (try? MATFile(contentsOf: file.path)) != nil { return .matlab }
        if let annotations = try? WFDBAnnotations(contentsOf: file.path), !annotations.events.isEmpty { return .wfdbAnnotations }
        return nil
    }
}
