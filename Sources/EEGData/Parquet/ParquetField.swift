/// What the values of a Parquet column are.
public enum ParquetType: Sendable, Equatable {
    case bool
    /// Also for integers of 8 and 16 bits and for unsigned ones of these.
    case int32
    case int64
    case uint32
    case uint64
    /// Also for numbers of 16 bits.
    case float
    case double
    /// Decimal numbers of at most 15 digits, read as the nearest Double.
    case decimal
    /// Days since 1970-01-01, as Int32.
    case date
    /// Time since 1970-01-01, as Int64.
    case timestamp(TimeUnit)
    case string
    case bytes

    public enum TimeUnit: Sendable {
        case milliseconds, microseconds, nanoseconds
    }
}

/// A column that a Parquet file holds.
public struct ParquetField: Sendable, Equatable {
    /// The name; for a column within others the path with dots.
    public let name: String
    /// Whether values may be missing.
    public let isOptional: Bool
    /// The type of the values, or nil where the column cannot be read.
    public let type: ParquetType?
    /// Why the column cannot be read: it is nested or repeated, or of a type that is not supported.
    public let refusal: String?
    let physical: ParquetPhysicalType
    /// Bytes of one value where its physical type is one of fixed length.
    let byteWidth: Int
    /// Decimal digits behind the point.
    let scale: Int
    let path: [String]
}

/// How values are stored.
enum ParquetPhysicalType: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
}

extension ParquetMetadata {
    /// The columns in the order of their chunks.
    func fields(place: FilePlace, limits: ReadLimits) throws(EEGDataError) -> [ParquetField] {
        guard let root = schema.first else { throw place.malformed(expected: "a root element", found: "none") }
        var fields: [ParquetField] = []
        // For each group that is open: its name and the elements that it still lacks.
        var groups = [(name: "", missing: root.childCount ?? 0)]
        for element in schema.dropFirst() {
            while let last = groups.last, last.missing <= 0 { groups.removeLast() }
            guard !groups.isEmpty else { throw place.malformed(expected: "no element behind the last column", found: element.name) }
            groups[groups.count - 1].missing -= 1
            if let children = element.childCount, children > 0 || element.physicalType == nil {
                guard groups.count < limits.nesting, children <= schema.count else {
                    throw place.malformed(expected: "columns at most \(limits.nesting) levels deep", found: "\(element.name) of \(children)")
                }
                groups.append((element.name, children))
                continue
            }
            guard let physical = element.physicalType.flatMap(ParquetPhysicalType.init) else {
                throw place.malformed(
                    expected: "a physical type from 0 to 7 for \(element.name)",
                    found: element.physicalType.map(String.init) ?? "none")
            }
            fields.append(element.field(groups: groups.dropFirst().map(\.name), physical: physical))
        }
        guard groups.allSatisfy({ $0.missing <= 0 }) else {
            throw place.malformed(expected: "as many elements as the groups have children", found: "\(schema.count)")
        }
        return fields
    }
}

extension ParquetMetadata.SchemaElement {
    fileprivate func field(groups: [String], physical: ParquetPhysicalType) -> ParquetField {
        let path = groups + [name]
        let interpretation: Interpretation
        if !groups.isEmpty {
            interpretation = .refused("nested columns are not read")
        } else if repetition == 2 {
            interpretation = .refused("repeated columns are not read")
        } else if physical == .fixedByteArray, byteWidth <= 0 {
            interpretation = .refused("values of \(byteWidth) bytes")
        } else {
            interpretation = self.interpretation(of: physical)
        }
        return ParquetField(
            name: path.joined(separator: "."), isOptional: repetition == 1, type: interpretation.type, refusal: interpretation.refusal,
            physical: physical, byteWidth: byteWidth, scale: interpretation.scale, path: path)
    }

    private enum Interpretation {
        case read(ParquetType, scale: Int = 0)
        case refused(String)

        var type: ParquetType? { if case .read(let type, _) = self { type } else { nil } }
        var refusal: String? { if case .refused(let reason) = self { reason } else { nil } }
        var scale: Int { if case .read(_, let scale) = self { scale } else { 0 } }
    }

    private func interpretation(of physical: ParquetPhysicalType) -> Interpretation {
        let logical = logicalType ?? convertedLogicalType
        if case .decimal(let scale, let precision) = logical {
            // Up to 15 digits, an integer divided by a power of ten is the double next to the decimal number.
            guard (1...15).contains(precision), (0...precision).contains(scale) else {
                return .refused("decimal numbers of \(precision) digits, \(scale) of them behind the point")
            }
            return [.int32, .int64, .byteArray, .fixedByteArray].contains(physical)
                ? .read(.decimal, scale: scale) : .refused("decimal numbers stored as \(physical)")
        }
        switch (physical, logical) {
        case (.boolean, _): return .read(.bool)
        case (.int32, .integer(32, false)): return .read(.uint32)
        case (.int32, .date): return .read(.date)
        case (.int32, _): return .read(.int32)
        case (.int64, .integer(64, false)): return .read(.uint64)
        case (.int64, .timestamp(let unit)): return unit.map { .read(.timestamp($0)) } ?? .refused("timestamps of an unknown unit")
        case (.int64, _): return .read(.int64)
        case (.int96, _): return .read(.timestamp(.nanoseconds))
        case (.float, _): return .read(.float)
        case (.double, _): return .read(.double)
        case (.byteArray, .string): return .read(.string)
        case (.fixedByteArray, .float16):
            return byteWidth == 2 ? .read(.float) : .refused("16-bit numbers in \(byteWidth) bytes")
        case (.byteArray, _), (.fixedByteArray, _): return .read(.bytes)
        }
    }

    /// What older writers say instead of a logical type.
    private var convertedLogicalType: ParquetMetadata.LogicalType? {
        switch convertedType {
        case 0: .string
        case 5: .decimal(scale: scale, precision: precision)
        case 6: .date
        case 9: .timestamp(.milliseconds)
        case 10: .timestamp(.microseconds)
        case 13: .integer(bitWidth: 32, isSigned: false)
        case 14: .integer(bitWidth: 64, isSigned: false)
        default: nil
        }
    }
}
