extension NumericArray {
    /// Reads an array that NumPy saved, of numbers or booleans. Half-precision elements become Float.
    public init(npy path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        var position = 0
        self = try NumericArray(
            npyAt: FilePlace(file: path, format: "NPY", offset: 0, field: "array"), size: file.size, limits: limits
        ) { (memory) throws(EEGDataError) in
            guard memory.count <= file.size - position else {
                throw .malformed(
                    file: path, format: "NPY", offset: position, field: "array", expected: "\(memory.count) bytes",
                    found: "\(file.size - position) before the end of the file")
            }
            try file.read(into: memory, at: position)
            position += memory.count
        }
    }

    /// - Parameters:
    ///   - size: all bytes there are.
    ///   - read: fills memory with the next bytes.
    init(
        npyAt place: FilePlace, size: Int, limits: ReadLimits, read: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        let header = try NPYHeader(at: place) { (count) throws(EEGDataError) in
            var bytes = [UInt8](repeating: 0, count: count)
            var failure: EEGDataError?
            bytes.withUnsafeMutableBytes { memory in
                do throws(EEGDataError) { try read(memory) } catch { failure = error }
            }
            if let failure { throw failure }
            return bytes
        }
        let count = try byteCount(of: header.shape, elementSize: header.type.size, limits: limits, at: place)
        guard count == size - header.size else {
            throw place.malformed(expected: "\(count) bytes for shape \(header.shape)", found: "\(size - header.size)")
        }
        let values = try header.type.values(count: count / header.type.size, bigEndian: header.isBigEndian, fill: read)
        self.init(shape: header.shape, values: header.isColumnMajor ? values.rowMajor(shape: header.shape) : values)
    }

    /// Writes the array as NumPy does. A file of that name is replaced as a whole or stays as it was.
    public func writeNPY(to path: String) throws(EEGDataError) {
        let types: [ElementType: String] = [
            .float32: "<f4", .float64: "<f8", .int8: "|i1", .int16: "<i2", .int32: "<i4", .int64: "<i8", .uint8: "|u1", .uint16: "<u2",
            .uint32: "<u4", .uint64: "<u8", .bool: "|b1",
        ]
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '\(types[values.elementType] ?? "")', 'fortran_order': False, 'shape': (\(extents)), }"
        // The elements begin at a multiple of 64 bytes.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var file = try AtomicFile(path: path)
        let size = UInt16(header.utf8.count)
        try file.write(NPYHeader.magic + [1, 0, UInt8(truncatingIfNeeded: size), UInt8(size >> 8)] + Array(header.utf8))
        try file.write(values)
        try file.commit()
    }
}
