/// How the elements of an array lie in a file.
package enum ElementType: String, Sendable {
    case float16, bfloat16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool

    /// Bytes of an element.
    package var size: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Elements whose bytes `fill` provides; those of 16-bit floating-point types become Float.
    package func values(
        count: Int, bigEndian: Bool = false, fill: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void
    ) throws(EEGDataError) -> NumericArray.Values {
        func integers<Value: FixedWidthInteger & BitwiseCopyable>(_ zero: Value) throws(EEGDataError) -> [Value] {
            var values = try filled(count, zero, fill)
            if bigEndian { for index in values.indices { values[index] = Value(bigEndian: values[index]) } }
            return values
        }
        switch self {
        case .float16: return .float(try integers(UInt16(0)).map { Float(Float16(bitPattern: $0)) })
        case .bfloat16: return .float(try integers(UInt16(0)).map { Float(bitPattern: UInt32($0) << 16) })
        case .float32: return .float(bigEndian ? try integers(UInt32(0)).map(Float.init(bitPattern:)) : try filled(count, Float(0), fill))
        case .float64: return .double(bigEndian ? try integers(UInt64(0)).map(Double.init(bitPattern:)) : try filled(count, Double(0), fill))
        case .int8: return .int8(try integers(0))
        case .int16: return .int16(try integers(0))
        case .int32: return .int32(try integers(0))
        case .int64: return .int64(try integers(0))
        case .uint8: return .uint8(try integers(0))
        case .uint16: return .uint16(try integers(0))
        case .uint32: return .uint32(try integers(0))
        case .uint64: return .uint64(try integers(0))
        case .bool: return .bool(try integers(UInt8(0)).map { $0 != 0 })
        }
    }

    private func filled<Value: BitwiseCopyable>(
        _ count: Int, _ zero: Value, _ fill: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void
    ) throws(EEGDataError) -> [Value] {
        var failure: EEGDataError?
        let values = [Value](unsafeUninitializedCapacity: count) { memory, initialized in
            do throws(EEGDataError) {
                try fill(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: memory[..<count])))
                initialized = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return values
    }
}

/// The bytes that elements of a shape take, checked against the limit.
package func byteCount(of shape: [Int], elementSize: Int, limits: ReadLimits, at place: FilePlace) throws(EEGDataError) -> Int {
    var count = elementSize
    for extent in shape {
        let (product, overflows) = count.multipliedReportingOverflow(by: extent)
        guard extent >= 0, !overflows else { throw place.malformed(expected: "a shape of a size that can be counted", found: "\(shape)") }
        count = product
    }
    // A shape with a 0 holds nothing, whatever its other extents say.
    try place.check(decodedBytes: count, limits: limits)
    return count
}

extension NumericArray.Values {
    package var elementType: ElementType {
        switch self {
        case .float: .float32
        case .double: .float64
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .bool: .bool
        }
    }

    /// The bytes of all elements, little-endian.
    package func withElementBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .float(let values): values.withUnsafeBytes(body)
        case .double(let values): values.withUnsafeBytes(body)
        case .int8(let values): values.withUnsafeBytes(body)
        case .int16(let values): values.withUnsafeBytes(body)
        case .int32(let values): values.withUnsafeBytes(body)
        case .int64(let values): values.withUnsafeBytes(body)
        case .uint8(let values): values.withUnsafeBytes(body)
        case .uint16(let values): values.withUnsafeBytes(body)
        case .uint32(let values): values.withUnsafeBytes(body)
        case .uint64(let values): values.withUnsafeBytes(body)
        case .bool(let values): values.withUnsafeBytes(body)
        }
    }

    /// The elements of a column-major array in row-major order.
    package func rowMajor(shape: [Int]) -> NumericArray.Values {
        switch self {
        case .float(let values): .float(inRowMajorOrder(values, shape))
        case .double(let values): .double(inRowMajorOrder(values, shape))
        case .int8(let values): .int8(inRowMajorOrder(values, shape))
        case .int16(let values): .int16(inRowMajorOrder(values, shape))
        case .int32(let values): .int32(inRowMajorOrder(values, shape))
        case .int64(let values): .int64(inRowMajorOrder(values, shape))
        case .uint8(let values): .uint8(inRowMajorOrder(values, shape))
        case .uint16(let values): .uint16(inRowMajorOrder(values, shape))
        case .uint32(let values): .uint32(inRowMajorOrder(values, shape))
        case .uint64(let values): .uint64(inRowMajorOrder(values, shape))
        case .bool(let values): .bool(inRowMajorOrder(values, shape))
        }
    }
}

private func inRowMajorOrder<Value>(_ values: [Value], _ shape: [Int]) -> [Value] {
    guard shape.count > 1, values.count > 1 else { return values }
    var strides = [1]
    for extent in shape.dropLast() { strides.append((strides.last ?? 1) * extent) }
    let (inner, innerStride) = (shape[shape.count - 1], strides[shape.count - 1])
    return [Value](unsafeUninitializedCapacity: values.count) { result, count in
        var position = [Int](repeating: 0, count: shape.count - 1)
        var source = 0
        while count < values.count {
            for index in 0..<inner { (result.baseAddress.unsafelyUnwrapped + count + index).initialize(to: values[source + index * innerStride]) }
            count += inner
            // The next position of the outer axes, the last of them first.
            for axis in position.indices.reversed() {
                position[axis] += 1
                source += strides[axis]
                guard position[axis] == shape[axis] else { break }
                source -= strides[axis] * shape[axis]
                position[axis] = 0
            }
        }
    }
}

extension AtomicFile {
    /// Adds the bytes of all elements, little-endian, piece by piece.
    package mutating func write(_ values: NumericArray.Values) throws(EEGDataError) {
        let count = values.count * values.elementType.size
        for start in stride(from: 0, to: count, by: 1 << 20) {
            let part = values.withElementBytes { Array($0[start..<min(count, start + 1 << 20)]) }
            try write(part)
        }
    }
}
