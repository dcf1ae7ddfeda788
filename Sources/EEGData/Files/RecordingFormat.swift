/// A format of recordings: one type a format, listed once in `RecordingFormats.all`.
protocol RecordingFormat: Sendable {
    /// The name in messages, such as `EDF`.
    static var name: String { get }

    /// Whether a file is of this format, by its content.
    ///
    /// - Parameter beginning: the first bytes of the file, up to 512 of them.
    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording
}

/// The formats of recordings that can be opened.
enum RecordingFormats {
    static var all: [any RecordingFormat.Type] {
        [EDFFormat.self, BDFFormat.self, BrainVisionFormat.self, EEGLABFormat.self, WFDBRecordFormat.self, MEGSpikeFormat.self]
    }

    /// The format of a file, by its content.
    static func recognize(_ file: RandomAccessFile) throws(EEGDataError) -> any RecordingFormat.Type {
        let beginning = try file.bytes(at: 0, count: min(512, file.size))
        guard let format = all.first(where: { $0.recognizes(beginning, of: file) }) else {
            throw .unsupported(
                file: file.path, format: "unknown",
                feature: "the file begins with \(describe(beginning.prefix(8))), which no supported format of recordings does")
        }
        return format
    }
}

extension Recording {
    /// Opens a recording; the format is recognised by content, not by the suffix. Samples stay in the file until they are asked for.
    ///
    /// - Parameter options: what may be used up on the file, whatever lengths it declares, and whether an incomplete one is refused.
    /// - Throws: `EEGDataError` where the file cannot be read, is of no known format or breaks the rules of its format.
    public init(contentsOf path: String, options: ReadOptions = .standard) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        self = try RecordingFormats.recognize(file).open(file, options: options).opened(from: file)
    }
}
