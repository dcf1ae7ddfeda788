/// Reads the bytes of a file, or of a part of one, from front to back. No read goes beyond the end: it throws instead, with the place and the
/// name of the field.
package struct ByteReader {
    package let file: String
    package let format: String
    package let bytes: ArraySlice<UInt8>
    /// The offset of the first byte in the file; nil where the bytes were decompressed and have none.
    package let fileOffset: Int?
    /// Bytes read so far.
    package private(set) var position = 0

    package init(_ bytes: some Collection<UInt8>, file: String, format: String, fileOffset: Int? = 0) {
        self.bytes = (bytes as? ArraySlice<UInt8>) ?? ArraySlice(bytes)
        self.file = file
        self.format = format
        self.fileOffset = fileOffset
    }

    package var remaining: Int { bytes.count - position }
    /// The place in the file of the next byte.
    package var offset: Int? { fileOffset.map { $0 + position } }

    /// The next `count` bytes.
    package mutating func take(_ count: Int, _ field: String) throws(EEGDataError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw malformed(field, expected: "\(count) bytes", found: "\(remaining) before the end")
        }
        let start = bytes.startIndex + position
        position += count
        return bytes[start..<(start + count)]
    }

    package mutating func skip(_ count: Int, _ field: String) throws(EEGDataError) { _ = try take(count, field) }

    /// Goes to a place counted from the first byte.
    package mutating func seek(to position: Int, _ field: String) throws(EEGDataError) {
        guard position >= 0, position <= bytes.count else {
            throw malformed(field, expected: "a place inside the \(bytes.count) bytes", found: "\(position)")
        }
        self.position = position
    }

    package mutating func integer<Value: FixedWidthInteger>(
        _ field: String, as type: Value.Type = Value.self, bigEndian: Bool = false
    ) throws(EEGDataError) -> Value {
        let size = MemoryLayout<Value>.size
        let stored = try take(size, field).withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
        return bigEndian ? Value(bigEndian: stored) : Value(littleEndian: stored)
    }

    package mutating func double(_ field: String, bigEndian: Bool = false) throws(EEGDataError) -> Double {
        Double(bitPattern: try integer(field, bigEndian: bigEndian))
    }

    package mutating func float(_ field: String, bigEndian: Bool = false) throws(EEGDataError) -> Float {
        Float(bitPattern: try integer(field, bigEndian: bigEndian))
    }

    package func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
        .malformed(file: file, format: format, offset: offset, field: field, expected: expected, found: found)
    }
}
