/// How stored elements become values in memory.
struct HDF5Conversion: Sendable {
    /// Bytes of a stored element.
    let sourceSize: Int
    /// Bytes of a value.
    let resultSize: Int
    /// Converts so many elements; nil where stored elements are the values.
    let convert: (@Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void)?

    /// Elements as they are stored.
    static func copy(_ size: Int) -> HDF5Conversion { HDF5Conversion(sourceSize: size, resultSize: size, convert: nil) }

    /// Numbers as Float or Double; nil where the elements are no numbers.
    static func numbers<Result: BinaryFloatingPoint & SendableMetatype>(_ datatype: HDF5Datatype, as result: Result.Type) -> HDF5Conversion? {
        let isBigEndian = datatype.isBigEndian
        func integers<Source: FixedWidthInteger & SendableMetatype>(_ source: Source.Type) -> HDF5Conversion {
            HDF5Conversion(sourceSize: MemoryLayout<Source>.size, resultSize: MemoryLayout<Result>.size) { source, result, count in
                let result = result.assumingMemoryBound(to: Result.self)
                for index in 0..<count {
                    let stored = source.loadUnaligned(fromByteOffset: MemoryLayout<Source>.size * index, as: Source.self)
                    result[index] = Result(isBigEndian ? stored.byteSwapped : stored)
                }
            }
        }
        switch datatype.element {
        case .integer(1, true): return integers(Int8.self)
        case .integer(2, true): return integers(Int16.self)
        case .integer(4, true): return integers(Int32.self)
        case .integer(8, true): return integers(Int64.self)
        case .integer(1, false), .bool: return integers(UInt8.self)
        case .integer(2, false): return integers(UInt16.self)
        case .integer(4, false): return integers(UInt32.self)
        case .integer(8, false): return integers(UInt64.self)
        case .float(2):
            return HDF5Conversion(sourceSize: 2, resultSize: MemoryLayout<Result>.size) { source, result, count in
                let result = result.assumingMemoryBound(to: Result.self)
                for index in 0..<count {
                    let stored = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                    result[index] = Result(Float(half: isBigEndian ? stored.byteSwapped : stored))
                }
            }
        case .float(4):
            if !isBigEndian, Result.self == Float.self { return .copy(4) }
            return HDF5Conversion(sourceSize: 4, resultSize: MemoryLayout<Result>.size) { source, result, count in
                let result = result.assumingMemoryBound(to: Result.self)
                for index in 0..<count {
                    let stored = source.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    result[index] = Result(Float(bitPattern: isBigEndian ? stored.byteSwapped : stored))
                }
            }
        case .float(8):
            if !isBigEndian, Result.self == Double.self { return .copy(8) }
            return doubles(sourceSize: 8, offset: 0, isBigEndian: isBigEndian, as: Result.self)
        default: return nil
        }
    }

    /// The real or the imaginary parts of complex numbers; nil for others.
    static func complexPart(_ datatype: HDF5Datatype, imaginary: Bool) -> HDF5Conversion? {
        let isBigEndian = datatype.isBigEndian
        switch datatype.element {
        case .complex(16):
            return doubles(sourceSize: 16, offset: imaginary ? 8 : 0, isBigEndian: isBigEndian, as: Double.self)
        case .complex(8):
            return HDF5Conversion(sourceSize: 8, resultSize: 8) { source, result, count in
                let result = result.assumingMemoryBound(to: Double.self)
                for index in 0..<count {
                    let stored = source.loadUnaligned(fromByteOffset: 8 * index + (imaginary ? 4 : 0), as: UInt32.self)
                    result[index] = Double(Float(bitPattern: isBigEndian ? stored.byteSwapped : stored))
                }
            }
        default: return nil
        }
    }

    private static func doubles<Result: BinaryFloatingPoint & SendableMetatype>(
        sourceSize: Int, offset: Int, isBigEndian: Bool, as result: Result.Type
    ) -> HDF5Conversion {
        HDF5Conversion(sourceSize: sourceSize, resultSize: MemoryLayout<Result>.size) { source, result, count in
            let result = result.assumingMemoryBound(to: Result.self)
            for index in 0..<count {
                let stored = source.loadUnaligned(fromByteOffset: sourceSize * index + offset, as: UInt64.self)
                result[index] = Result(Double(bitPattern: isBigEndian ? stored.byteSwapped : stored))
            }
        }
    }

    /// Integers in the byte order of this machine.
    fileprivate static func integers<Value: FixedWidthInteger & SendableMetatype>(_ datatype: HDF5Datatype, as value: Value.Type) -> HDF5Conversion {
        let size = MemoryLayout<Value>.size
        guard datatype.isBigEndian else { return .copy(size) }
        return HDF5Conversion(sourceSize: size, resultSize: size) { source, result, count in
            let result = result.assumingMemoryBound(to: Value.self)
            for index in 0..<count { result[index] = source.loadUnaligned(fromByteOffset: size * index, as: Value.self).byteSwapped }
        }
    }

    /// Truth values: a byte that is not 0 is true.
    fileprivate static let bools = HDF5Conversion(sourceSize: 1, resultSize: 1) { source, result, count in
        for index in 0..<count {
            let isTrue: UInt8 = source.load(fromByteOffset: index, as: UInt8.self) == 0 ? 0 : 1
            result.storeBytes(of: isTrue, toByteOffset: index, as: UInt8.self)
        }
    }
}

extension NumericArray.Values {
    /// Numbers in their stored type (16-bit ones as Float); nil where the elements are no numbers.
    ///
    /// - Parameter fill: writes `count` values to the memory, converting them so.
    init?(
        hdf5 datatype: HDF5Datatype, count: Int,
        fill: (UnsafeMutableRawBufferPointer, HDF5Conversion) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        func values<Value>(_ conversion: HDF5Conversion?) throws(EEGDataError) -> [Value] {
            guard let conversion else { return [] }
            return try makeArray(count: count) { (buffer) throws(EEGDataError) in try fill(buffer, conversion) }
        }
        switch datatype.element {
        case .integer(1, true): self = .int8(try values(.copy(1)))
        case .integer(2, true): self = .int16(try values(.integers(datatype, as: Int16.self)))
        case .integer(4, true): self = .int32(try values(.integers(datatype, as: Int32.self)))
        case .integer(8, true): self = .int64(try values(.integers(datatype, as: Int64.self)))
        case .integer(1, false): self = .uint8(try values(.copy(1)))
        case .integer(2, false): self = .uint16(try values(.integers(datatype, as: UInt16.self)))
        case .integer(4, false): self = .uint32(try values(.integers(datatype, as: UInt32.self)))
        case .integer(8, false): self = .uint64(try values(.integers(datatype, as: UInt64.self)))
        case .float(2), .float(4): self = .float(try values(.numbers(datatype, as: Float.self)))
        case .float(8): self = .double(try values(.numbers(datatype, as: Double.self)))
        case .bool: self = .bool(try values(.bools))
        default: return nil
        }
    }
}
