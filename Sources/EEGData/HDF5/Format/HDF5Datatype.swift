/// A datatype message: how the bytes of an element are to be understood.
struct HDF5Datatype {
    enum Padding {
        case nullTerminated, nullPadded, spacePadded
    }

    /// Bytes of an element.
    let size: Int
    let element: HDF5ElementType
    var isBigEndian = false
    var padding = Padding.nullTerminated

    init(size: Int, element: HDF5ElementType, isBigEndian: Bool = false, padding: Padding = .nullTerminated) {
        self.size = size
        self.element = element
        self.isBigEndian = isBigEndian
        self.padding = padding
    }

    init(_ reader: inout ByteReader, in storage: HDF5Storage, depth: Int = 0) throws(EEGDataError) {
        guard depth <= storage.limits.nesting else {
            throw reader.malformed("datatype", expected: "at most \(storage.limits.nesting) levels", found: "more")
        }
        let head = try reader.byte("datatype class")
        let flags = Int(try reader.unsigned(3, "datatype flags"))
        let size = Int(try reader.integer("datatype size", as: UInt32.self))
        let version = head >> 4
        guard size > 0, (1...5).contains(version) else {
            throw reader.malformed("datatype", expected: "a size above 0 and a version of 1 to 5", found: "\(size), \(version)")
        }
        switch head & 15 {
        case 0:
            self = try Self.integer(&reader, size: size, flags: flags)
        case 1:
            self = try Self.float(&reader, size: size, flags: flags)
        case 3:
            let paddings: [Padding] = [.nullTerminated, .nullPadded, .spacePadded]
            guard flags & 15 < paddings.count else {
                throw reader.malformed("string padding", expected: "0 to 2", found: "\(flags & 15)")
            }
            self.init(size: size, element: .string(bytes: size), padding: paddings[flags & 15])
        case 4:
            try reader.skip(4, "bit field")
            self.init(size: size, element: .unsupported("bit field"))
        case 6:
            self = try Self.compound(&reader, size: size, members: flags & 0xFFFF, version: version, in: storage, depth: depth)
        case 7:
            // Others are references to regions, or of the new kind.
            let isObject = flags & 15 == 0 && size == storage.offsetSize
            self.init(size: size, element: isObject ? .objectReference : .unsupported("region reference"))
        case 8:
            self = try Self.enumeration(&reader, size: size, members: flags & 0xFFFF, version: version, in: storage, depth: depth)
        case 9:
            _ = try HDF5Datatype(&reader, in: storage, depth: depth + 1)
            let isString = flags & 15 == 1 && size == 8 + storage.offsetSize
            self.init(size: size, element: isString ? .variableString : .unsupported("variable-length sequence"))
        case 10:
            let rank = try reader.byte("array rank")
            try reader.skip(version < 3 ? 3 + 8 * rank : 4 * rank, "array dimensions")
            _ = try HDF5Datatype(&reader, in: storage, depth: depth + 1)
            self.init(size: size, element: .unsupported("array"))
        case 2: self.init(size: size, element: .unsupported("time"))
        case 5: self.init(size: size, element: .unsupported("opaque"))
        default: self.init(size: size, element: .unsupported("datatype class \(head & 15)"))
        }
    }

    private static func integer(_ reader: inout ByteReader, size: Int, flags: Int) throws(EEGDataError) -> HDF5Datatype {
        let offset = try reader.word("bit offset")
        let precision = try reader.word("bit precision")
        let isSigned = flags & 8 != 0
        guard [1, 2, 4, 8].contains(size), offset == 0, precision == 8 * size else {
            return HDF5Datatype(size: size, element: .unsupported("integer of \(precision) bits in \(size) bytes"))
        }
        return HDF5Datatype(size: size, element: .integer(bytes: size, isSigned: isSigned), isBigEndian: flags & 1 != 0)
    }

    private static func float(_ reader: inout ByteReader, size: Int, flags: Int) throws(EEGDataError) -> HDF5Datatype {
        // Bit offset and precision; place and size of exponent and mantissa; bias.
        var layout: [Int] = [try reader.word("bit offset"), try reader.word("bit precision")]
        for _ in 0..<4 { layout.append(try reader.byte("places of exponent and mantissa")) }
        layout.append(Int(try reader.integer("exponent bias", as: UInt32.self)))
        let ieee: [Int: (layout: [Int], sign: Int)] = [
            2: ([0, 16, 10, 5, 0, 10, 15], 15), 4: ([0, 32, 23, 8, 0, 23, 127], 31), 8: ([0, 64, 52, 11, 0, 52, 1023], 63),
        ]
        // Bits 0 and 6 tell the byte order (both: that of the VAX), bits 4 and 5 that the first bit of the mantissa is implied.
        guard let expected = ieee[size], expected.layout == layout, flags >> 8 & 255 == expected.sign, flags & 0x30 == 0x20, flags & 0x40 == 0
        else { return HDF5Datatype(size: size, element: .unsupported("floating-point number that is not IEEE's of 2, 4 or 8 bytes")) }
        return HDF5Datatype(size: size, element: .float(bytes: size), isBigEndian: flags & 1 != 0)
    }

    private static func enumeration(
        _ reader: inout ByteReader, size: Int, members: Int, version: Int, in storage: HDF5Storage, depth: Int
    ) throws(EEGDataError) -> HDF5Datatype {
        let base = try HDF5Datatype(&reader, in: storage, depth: depth + 1)
        guard base.size == size else { throw reader.malformed("enumeration", expected: "\(size) bytes", found: "\(base.size)") }
        var names: [String] = []
        // Longer lists are not those of truth values.
        if size == 1, members == 2 {
            for _ in 0..<members { names.append(try name(&reader, version: version)) }
            if names == ["FALSE", "TRUE"], try reader.take(2, "values of the enumeration").elementsEqual([0, 1]) {
                return HDF5Datatype(size: 1, element: .bool)
            }
        }
        return base
    }

    /// Compound types are supported as complex numbers only.
    private static func compound(
        _ reader: inout ByteReader, size: Int, members: Int, version: Int, in storage: HDF5Storage, depth: Int
    ) throws(EEGDataError) -> HDF5Datatype {
        let unsupported = HDF5Datatype(size: size, element: .unsupported("compound"))
        guard members == 2 else { return unsupported }
        var names: [String] = []
        var types: [HDF5Datatype] = []
        var offsets: [Int] = []
        for _ in 0..<members {
            names.append(try name(&reader, version: version))
            let width = version < 3 ? 4 : (size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4)
            offsets.append(Int(try reader.unsigned(width, "offset of a member")))
            if version == 1 {
                let rank = try reader.byte("rank of a member")
                guard rank == 0 else { return unsupported }
                try reader.skip(27, "dimensions of a member")
            }
            types.append(try HDF5Datatype(&reader, in: storage, depth: depth + 1))
        }
        guard names == ["real", "imag"] || names == ["r", "i"], case .float(let bytes) = types[0].element, types[1].element == types[0].element,
            offsets == [0, bytes], size == 2 * bytes, bytes >= 4, types[0].isBigEndian == types[1].isBigEndian
        else { return unsupported }
        return HDF5Datatype(size: size, element: .complex(bytes: size), isBigEndian: types[0].isBigEndian)
    }

    /// A name that ends with a zero byte; before version 3 it is padded to a multiple of eight bytes.
    private static func name(_ reader: inout ByteReader, version: Int) throws(EEGDataError) -> String {
        let start = reader.bytes.startIndex + reader.position
        guard let end = reader.bytes[start...].firstIndex(of: 0) else {
            throw reader.malformed("name", expected: "a zero byte at its end", found: "none")
        }
        let name = String(decoding: reader.bytes[start..<end], as: UTF8.self)
        let count = end - start + 1
        try reader.skip(version < 3 ? (count + 7) & ~7 : count, "name")
        return name
    }
}

/// A dataspace message: the dimensions.
struct HDF5Dataspace {
    /// Empty for a single element.
    let shape: [Int]
    /// nil for an axis without a limit.
    let maximumShape: [Int?]
    /// The number of elements: 0 for the null dataspace.
    let count: Int

    init(_ message: ByteReader, in storage: HDF5Storage) throws(EEGDataError) {
        var reader = message
        let version = try reader.byte("dataspace version")
        let rank = try reader.byte("rank")
        let flags = try reader.byte("dataspace flags")
        guard (1...2).contains(version), rank <= 32 else {
            throw reader.malformed("dataspace", expected: "version 1 or 2, rank 0 to 32", found: "\(version), \(rank)")
        }
        let kind = try reader.byte("dataspace type")
        if version == 1 { try reader.skip(4, "reserved") }
        var shape: [Int] = []
        var count = 1
        for _ in 0..<rank {
            let extent = try storage.length(&reader, "dimension")
            shape.append(extent)
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw reader.malformed("dimensions", expected: "a number of elements below 2^63", found: "\(shape)") }
            count = product
        }
        var maximum: [Int?] = shape
        if flags & 1 != 0 {
            for axis in 0..<rank {
                let extent = try reader.unsigned(storage.lengthSize, "largest dimension")
                let unlimited = UInt64.max >> UInt64(64 - 8 * storage.lengthSize)
                maximum[axis] = extent == unlimited ? nil : Int(clamping: extent)
            }
        }
        self.shape = version == 2 && kind == 2 ? [0] : shape
        self.count = version == 2 && kind == 2 ? 0 : count
        maximumShape = maximum
    }
}
