/// A place in a file, for messages about the bytes that lie there.
package struct FilePlace: Sendable {
    package let file: String
    package let format: String
    /// Nil where the bytes were decompressed and have no place of their own.
    package let offset: Int?
    package let field: String

    package init(file: String, format: String, offset: Int?, field: String) {
        self.file = file
        self.format = format
        self.offset = offset
        self.field = field
    }

    package func malformed(expected: String, found: String) -> EEGDataError {
        .malformed(file: file, format: format, offset: offset, field: field, expected: expected, found: found)
    }

    /// For what is valid but not read: sizes beyond a limit, features that are not supported.
    package func unsupported(_ feature: String) -> EEGDataError {
        let at = offset.map { "byte \($0), " } ?? ""
        return .unsupported(file: file, format: format, feature: "\(at)\(field): \(feature)")
    }

    /// Refuses a declared size beyond the limit, before memory is taken for it.
    package func check(decodedBytes count: Int, limits: ReadLimits) throws(EEGDataError) {
        guard count >= 0 else { throw malformed(expected: "a size of 0 or more bytes", found: "\(count)") }
        guard count <= limits.decodedBytes else {
            throw unsupported("\(count) decoded bytes, beyond the limit of \(limits.decodedBytes)")
        }
    }
}

extension ByteReader {
    /// The place of the next byte.
    package func place(_ field: String) -> FilePlace { FilePlace(file: file, format: format, offset: offset, field: field) }
}
