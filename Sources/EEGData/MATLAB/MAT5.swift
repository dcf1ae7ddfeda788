/// A MATLAB file of version 5, as MATLAB 5 to 7 write it: data elements, each a variable, compressed or not.
struct MAT5Container: MATContainer {
    /// Where a variable lies in the file.
    private struct Element {
        /// The data behind the tag.
        let range: Range<Int>
        /// Bytes of the matrix element with its tag once decompressed; nil where it is not compressed.
        let decompressedSize: Int?
    }

    private let file: RandomAccessFile
    private let isBigEndian: Bool
    private let limits: ReadLimits
    private let elements: [Element]
    let variables: [MATVariable]
    let notes: [String]
    private static let headerSize = 128
    /// Bytes that hold the header of any matrix: flags, 32 axes, and a name that MATLAB limits to 63 characters.
    private static let matrixHeaderSize = 1024
    /// Deflate makes no more of a byte.
    private static let largestExpansion = 1032

    init(_ file: RandomAccessFile, isBigEndian: Bool, limits: ReadLimits) throws(EEGDataError) {
        self.file = file
        self.isBigEndian = isBigEndian
        self.limits = limits
        var elements: [Element] = []
        var variables: [MATVariable] = []
        var notes: [String] = []
        var offset = Self.headerSize
        while offset < file.size {
            let tagBytes = try file.bytes(at: offset, count: min(8, file.size - offset))
            var reader = ByteReader(tagBytes, file: file.path, format: "MATLAB 5", fileOffset: offset)
            let type = try reader.integer("element type", as: UInt32.self, bigEndian: isBigEndian)
            let size = Int(try reader.integer("element size", as: UInt32.self, bigEndian: isBigEndian))
            guard type == MAT5Element.matrix.rawValue || type == MAT5Element.compressed.rawValue else {
                throw FilePlace(file: file.path, format: "MATLAB 5", offset: offset, field: "element type")
                    .malformed(expected: "a matrix (14) or a compressed matrix (15)", found: "\(type)")
            }
            guard size <= file.size - offset - 8 else {
                throw reader.malformed("element", expected: "\(size) bytes", found: "\(file.size - offset - 8) before the end")
            }
            let range = (offset + 8)..<(offset + 8 + size)
            offset = range.upperBound
            let isCompressed = type == MAT5Element.compressed.rawValue
            let element = Element(range: range, decompressedSize: isCompressed ? try Self.decompressedSize(file, range, isBigEndian) : nil)
            // An element without bytes is an empty array without a name.
            guard size > 0 else { continue }
            var decoder = try Self.decoder(of: element, in: file, isBigEndian: isBigEndian, limits: limits)
            let header = try decoder.header()
            guard !header.name.isEmpty else {
                notes.append("an array without a name, the workspace of functions, was left out")
                continue
            }
            if MAT5Class.unreadable.contains(header.type) {
                notes.append("variable \(header.name) is of class \(header.className), which cannot be read")
            }
            elements.append(element)
            variables.append(
                MATVariable(name: header.name, shape: header.shape, className: header.className, isComplex: header.isComplex))
        }
        self.elements = elements
        self.variables = variables
        self.notes = notes
    }

    func value(at index: Int) throws(EEGDataError) -> MATValue {
        let element = elements[index]
        let name = variables[index].name
        if let size = element.decompressedSize {
            let place = FilePlace(file: file.path, format: "MATLAB 5", offset: element.range.lowerBound, field: "variable \(name)")
            let stored = try file.bytes(at: element.range.lowerBound, count: element.range.count)
            let bytes = try Codec.zlib.decompress(stored, count: size, limits: limits, at: place)
            var decoder = MAT5Decoder(
                ByteReader(bytes.dropFirst(8), file: file.path, format: "MATLAB 5", fileOffset: nil), isBigEndian: isBigEndian, limits: limits)
            return try decoder.matrix()
        }
        var decoder = try Self.decoder(of: element, in: file, isBigEndian: isBigEndian, limits: limits)
        let header = try decoder.header()
        if header.isReal, let numbers = try decoder.numbersInFile(header, file: file, elementStart: element.range.lowerBound) { return numbers }
        let bytes = try file.bytes(at: element.range.lowerBound, count: element.range.count)
        decoder = MAT5Decoder(
            ByteReader(bytes, file: file.path, format: "MATLAB 5", fileOffset: element.range.lowerBound), isBigEndian: isBigEndian,
            limits: limits)
        return try decoder.matrix()
    }

    /// A decoder of the first bytes of an element, enough for its header.
    private static func decoder(
        of element: Element, in file: RandomAccessFile, isBigEndian: Bool, limits: ReadLimits
    ) throws(EEGDataError) -> MAT5Decoder {
        let start = element.range.lowerBound
        if let size = element.decompressedSize {
            let bytes = try prefix(file, element.range, count: min(size, 8 + matrixHeaderSize))
            let reader = ByteReader(bytes.dropFirst(8), file: file.path, format: "MATLAB 5", fileOffset: nil)
            return MAT5Decoder(reader, isBigEndian: isBigEndian, limits: limits)
        }
        let bytes = try file.bytes(at: start, count: min(element.range.count, matrixHeaderSize))
        return MAT5Decoder(
            ByteReader(bytes, file: file.path, format: "MATLAB 5", fileOffset: start), isBigEndian: isBigEndian, limits: limits)
    }

    /// What the tag of the matrix inside a compressed element says.
    private static func decompressedSize(_ file: RandomAccessFile, _ range: Range<Int>, _ isBigEndian: Bool) throws(EEGDataError) -> Int {
        var reader = ByteReader(try prefix(file, range, count: 8), file: file.path, format: "MATLAB 5", fileOffset: nil)
        let type = try reader.integer("type of the compressed element", as: UInt32.self, bigEndian: isBigEndian)
        let size = 8 + Int(try reader.integer("size of the compressed element", as: UInt32.self, bigEndian: isBigEndian))
        let place = FilePlace(file: file.path, format: "MATLAB 5", offset: range.lowerBound, field: "compressed element")
        guard type == MAT5Element.matrix.rawValue else { throw place.malformed(expected: "a matrix (14)", found: "type \(type)") }
        guard size <= largestExpansion * range.count else {
            throw place.malformed(expected: "at most \(largestExpansion * range.count) bytes from \(range.count)", found: "\(size) bytes")
        }
        return size
    }

    private static func prefix(_ file: RandomAccessFile, _ range: Range<Int>, count: Int) throws(EEGDataError) -> [UInt8] {
        let place = FilePlace(file: file.path, format: "MATLAB 5", offset: range.lowerBound, field: "compressed element")
        // A part of the data is enough, deflate's own tables are no larger.
        let head = range.lowerBound..<min(range.upperBound, range.lowerBound + 4 * matrixHeaderSize)
        let stream = try InflateStream(file, range: head, container: .zlib, at: place)
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: EEGDataError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(EEGDataError) {
                let produced = try stream.read(into: buffer)
                guard produced == count else { throw place.malformed(expected: "\(count) bytes at least", found: "\(produced)") }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
