/// A file that Python's `pickle` wrote, read by an interpreter that can only build numbers, texts, lists, tuples, dictionaries and NumPy arrays.
///
/// Unpickling in Python can run any program. Here no code is ever looked up or run: a pickle that asks for anything else is refused with the name of
/// what it asks for. Protocols 2 to 5 are read.
///
/// ```swift
/// let file = try PickleFile(contentsOf: "data_raw_1.pkl")
/// let names = file.value["file"]?.elements?.compactMap(\.string)
/// ```
public struct PickleFile: Sendable {
    public let value: PickleValue
    /// The version of the pickle format, 2 to 5.
    public let pickleProtocol: Int
    /// What was odd about the file and how it was understood.
    public let notes: [String]

    /// - Throws: `EEGDataError` with the byte and the instruction where the file is damaged or asks for something that is not allowed.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        guard file.size <= limits.decodedBytes else {
            throw .unsupported(
                file: path, format: "pickle", feature: "a file of \(file.size) bytes, above the limit of \(limits.decodedBytes)")
        }
        var machine = PickleMachine(try file.bytes(at: 0, count: file.size), file: path, limits: limits)
        value = try machine.run()
        pickleProtocol = machine.version
        notes = machine.notes
    }
}
