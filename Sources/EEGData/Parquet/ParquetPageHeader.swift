/// What stands in front of a page.
struct ParquetPageHeader {
    enum Kind { case data, dictionary, other }

    var kind = Kind.other
    var isVersion2 = false
    var uncompressedSize = -1
    var compressedSize = -1
    var checksum: UInt32?
    var valueCount = -1
    var encoding = -1
    /// 3 is the hybrid of runs and packed bits, 4 the old packed bits.
    var definitionEncoding = 3
    var nullCount = 0
    var definitionSize = 0
    var repetitionSize = 0
    var isCompressed = true

    init(_ reader: inout ThriftReader) throws(EEGDataError) {
        var type = -1
        try reader.readStructure("page header") { (reader, id, wireType) throws(EEGDataError) in
            switch id {
            case 1: type = try reader.readInteger("page type", wireType)
            case 2: uncompressedSize = try reader.readInteger("uncompressed page size", wireType)
            case 3: compressedSize = try reader.readInteger("compressed page size", wireType)
            case 4: checksum = UInt32(truncatingIfNeeded: try reader.readInteger("page checksum", wireType))
            case 5 where type == 0: try readData(&reader)
            case 7 where type == 2: try readDictionary(&reader)
            case 8 where type == 3: try readDataVersion2(&reader)
            default: try reader.skip(wireType)
            }
        }
        kind = [0: .data, 2: .dictionary, 3: .data][type] ?? .other
    }

    private mutating func readData(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("data page header") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: valueCount = try reader.readInteger("number of values", type)
            case 2: encoding = try reader.readInteger("encoding", type)
            case 3: definitionEncoding = try reader.readInteger("encoding of definition levels", type)
            default: try reader.skip(type)
            }
        }
    }

    private mutating func readDictionary(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("dictionary page header") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: valueCount = try reader.readInteger("number of values", type)
            case 2: encoding = try reader.readInteger("encoding", type)
            default: try reader.skip(type)
            }
        }
    }

    private mutating func readDataVersion2(_ reader: inout ThriftReader) throws(EEGDataError) {
        isVersion2 = true
        try reader.readStructure("data page header v2") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: valueCount = try reader.readInteger("number of values", type)
            case 2: nullCount = try reader.readInteger("number of nulls", type)
            case 4: encoding = try reader.readInteger("encoding", type)
            case 5: definitionSize = try reader.readInteger("size of definition levels", type)
            case 6: repetitionSize = try reader.readInteger("size of repetition levels", type)
            case 7: isCompressed = try reader.readBool("compression flag", type)
            default: try reader.skip(type)
            }
        }
    }
}
