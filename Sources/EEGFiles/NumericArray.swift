internal import EEGTensor

/// Numbers of any common type with a shape, as array files hold them (NPY, MAT, HDF5, pickle, NIfTI, safetensors).
///
/// Elements lie in row-major order: the last axis changes fastest. Readers of column-major files put them in this order.
public struct NumericArray: Sendable, Equatable {
    /// Elements along each axis; empty for a single number.
    public let shape: [Int]
    public let values: Values

    /// The elements in their stored type.
    public enum Values: Sendable, Equatable {
        case float([Float])
        case double([Double])
        case int8([Int8])
        case int16([Int16])
        case int32([Int32])
        case int64([Int64])
        case uint8([UInt8])
        case uint16([UInt16])
        case uint32([UInt32])
        case uint64([UInt64])
        case bool([Bool])
    }

    /// - Precondition: `shape` and `values` hold the same number of elements.
    public init(shape: [Int], values: Values) {
        require(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "NumericArray: shape \(shape) does not hold \(values.count) elements")
        self.shape = shape
        self.values = values
    }

    /// The number of elements.
    public var count: Int { values.count }

    /// All elements as Float, rounded where the type has more digits.
    public var floats: [Float] {
        switch values {
        case .float(let values): values
        case .double(let values): values.map { Float($0) }
        case .int8(let values): values.map { Float($0) }
        case .int16(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .uint16(let values): values.map { Float($0) }
        case .uint32(let values): values.map { Float($0) }
        case .uint64(let values): values.map { Float($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }

    /// All elements as Double, rounded where a 64-bit integer has more digits.
    public var doubles: [Double] {
        switch values {
        case .float(let values): values.map { Double($0) }
        case .double(let values): values
        case .int8(let values): values.map { Double($0) }
        case .int16(let values): values.map { Double($0) }
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        case .uint8(let values): values.map { Double($0) }
        case .uint16(let values): values.map { Double($0) }
        case .uint32(let values): values.map { Double($0) }
        case .uint64(let values): values.map { Double($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }

    /// All elements as integers, or nil where one is not a whole number or does not fit.
    public var integers: [Int]? {
        func exact<Value: BinaryInteger>(_ values: [Value]) -> [Int]? {
            let result = values.compactMap { Int(exactly: $0) }
            return result.count == values.count ? result : nil
        }
        func exact<Value: BinaryFloatingPoint>(_ values: [Value]) -> [Int]? {
            let result = values.compactMap { Int(exactly: $0) }
            return result.count == values.count ? result : nil
        }
        return switch values {
        case .float(let values): exact(values)
        case .double(let values): exact(values)
        case .int8(let values): exact(values)
        case .int16(let values): exact(values)
        case .int32(let values): exact(values)
        case .int64(let values): exact(values)
        case .uint8(let values): exact(values)
        case .uint16(let values): exact(values)
        case .uint32(let values): exact(values)
        case .uint64(let values): exact(values)
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }
}

extension NumericArray.Values {
    /// The number of elements.
    public var count: Int {
        switch self {
        case .float(let values): values.count
        case .double(let values): values.count
        case .int8(let values): values.count
        case .int16(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .uint8(let values): values.count
        case .uint16(let values): values.count
        case .uint32(let values): values.count
        case .uint64(let values): values.count
        case .bool(let values): values.count
        }
    }

    /// The name of the element type: `float32`, `int16`, `bool` …
    public var typeName: String {
        switch self {
        case .float: "float32"
        case .double: "float64"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .bool: "bool"
        }
    }
}
