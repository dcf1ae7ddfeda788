/// A dataset of an HDF5 file: an array of elements of one type.
public struct HDF5Dataset: Sendable {
    /// The path from the root, such as `/blocks/000/meg`.
    public let path: String
    /// Elements along each axis, the last one fastest; empty for a single element.
    public let shape: [Int]
    public let elementType: HDF5ElementType
    /// The shape of the chunks; nil where the elements lie in one piece.
    public let chunkShape: [Int]?
    /// The filters of the chunks in the order in which they were applied, such as `shuffle`, `gzip`.
    public let filters: [String]
    public let attributes: [HDF5Attribute]
    let header: HDF5ObjectHeader
    private let contents: Contents
    private let storage: HDF5Storage

    /// What reading needs beyond the shape.
    private final class Contents: Sendable {
        let datatype: HDF5Datatype
        let space: HDF5Dataspace
        let layout: HDF5Layout
        let filters: HDF5Filters
        let fillValue: [UInt8]?
        let isExternal: Bool
        /// Found when elements are first read.
        let chunks = HDF5Once<HDF5Chunks>()

        init(_ header: HDF5ObjectHeader, in storage: HDF5Storage) throws(EEGDataError) {
            func message(_ type: Int, _ name: String) throws(EEGDataError) -> ByteReader {
                guard let message = try header.first(type, in: storage) else {
                    throw storage.malformed(at: header.address, name, expected: "a message", found: "none")
                }
                return message
            }
            var type = try message(HDF5ObjectHeader.Kind.datatype, "datatype")
            datatype = try HDF5Datatype(&type, in: storage)
            space = try HDF5Dataspace(try message(HDF5ObjectHeader.Kind.dataspace, "dataspace"), in: storage)
            isExternal = header.messages.contains { $0.type == HDF5ObjectHeader.Kind.externalFiles }
            layout = try HDF5Layout(
                try message(HDF5ObjectHeader.Kind.layout, "layout"), datatype: datatype, space: space, in: storage)
            filters =
                try header.first(HDF5ObjectHeader.Kind.filters, in: storage).map { (message) throws(EEGDataError) in
                    try HDF5Filters(message)
                } ?? HDF5Filters()
            fillValue = try Self.fillValue(of: header, in: storage)
        }

        private static func fillValue(of header: HDF5ObjectHeader, in storage: HDF5Storage) throws(EEGDataError) -> [UInt8]? {
            if var reader = try header.first(HDF5ObjectHeader.Kind.fillValue, in: storage) {
                let version = try reader.byte("fill value version")
                if version == 3 {
                    guard try reader.byte("fill value flags") & 0x20 != 0 else { return nil }
                } else {
                    try reader.skip(2, "fill value times")
                    guard try reader.byte("fill value defined") != 0 || version == 1 else { return nil }
                }
                let size = Int(try reader.integer("size of the fill value", as: UInt32.self))
                return Array(try reader.take(size, "fill value"))
            }
            guard var reader = try header.first(HDF5ObjectHeader.Kind.oldFillValue, in: storage) else { return nil }
            let size = Int(try reader.integer("size of the fill value", as: UInt32.self))
            return Array(try reader.take(size, "fill value"))
        }
    }

    init(path: String, header: HDF5ObjectHeader, in storage: HDF5Storage) throws(EEGDataError) {
        self.path = path
        self.header = header
        self.storage = storage
        let contents = try storage.inObject(path) { () throws(EEGDataError) in try Contents(header, in: storage) }
        self.contents = contents
        attributes = try storage.inObject(path) { () throws(EEGDataError) in
            try HDF5Attribute.attributes(of: header, path: path, in: storage)
        }
        shape = contents.space.shape
        elementType = contents.datatype.element
        filters = contents.filters.filters.map(\.name)
        if case .chunked(let chunking) = contents.layout { chunkShape = chunking.shape } else { chunkShape = nil }
    }

    /// The number of elements.
    public var count: Int { contents.space.count }

    /// The attribute of a name.
    public func attribute(_ name: String) -> HDF5Attribute? { attributes.first { $0.name == name } }

    /// Numbers or truth values in their stored type; 16-bit floating-point numbers become Float.
    ///
    /// - Parameter ranges: the wanted part, a range an axis; by default all. Only chunks that hold some of it are read.
    /// - Throws: also where the elements are of another kind.
    public func array(in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> NumericArray {
        let ranges = try checked(ranges)
        return try storage.inObject(path) { () throws(EEGDataError) in
            let counts = ranges.map(\.count)
            let values = try NumericArray.Values(hdf5: contents.datatype, count: counts.reduce(1, *)) { (buffer, conversion) throws(EEGDataError) in
                try read(ranges, conversion, into: buffer)
            }
            guard let values else { throw storage.unsupported("elements of type \(elementType) as numbers") }
            return NumericArray(shape: contents.space.count == 0 && shape.isEmpty ? [0] : counts, values: values)
        }
    }

    /// Numbers as Float, the last axis fastest.
    ///
    /// - Parameter ranges: the wanted part, a range an axis; by default all.
    public func floats(in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [Float] {
        try numbers(in: ranges, as: HDF5Conversion.numbers(contents.datatype, as: Float.self))
    }

    /// Numbers as Double, the last axis fastest.
    ///
    /// - Parameter ranges: the wanted part, a range an axis; by default all.
    public func doubles(in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [Double] {
        try numbers(in: ranges, as: HDF5Conversion.numbers(contents.datatype, as: Double.self))
    }

    /// Numbers as Float into memory of the caller's, the last axis fastest.
    ///
    /// - Precondition: `buffer` holds as many elements as `ranges`.
    public func read(into buffer: UnsafeMutableBufferPointer<Float>, in ranges: [Range<Int>]? = nil) throws(EEGDataError) {
        let checkedRanges = try checked(ranges)
        let count = checkedRanges.reduce(1) { $0 * $1.count }
        guard buffer.count == count else {
            throw .invalidArgument(name: "buffer for \(path)", expected: "\(count) elements", found: "\(buffer.count)")
        }
        try storage.inObject(path) { () throws(EEGDataError) in
            guard let conversion = HDF5Conversion.numbers(contents.datatype, as: Float.self) else {
                throw storage.unsupported("elements of type \(elementType) as numbers")
            }
            try read(checkedRanges, conversion, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Whole numbers, the last axis fastest.
    ///
    /// - Throws: also where an element is not a whole number that `Int` holds.
    public func integers(in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [Int] {
        guard let integers = try array(in: ranges).integers else {
            throw storage.malformed(at: nil, path, expected: "whole numbers", found: "others")
        }
        return integers
    }

    /// Texts, the last axis fastest.
    ///
    /// - Parameter ranges: the wanted part, a range an axis; by default all.
    public func strings(in ranges: [Range<Int>]? = nil) throws(EEGDataError) -> [String] {
        try elements(in: ranges) { (elements) throws(EEGDataError) in try elements.strings() }
    }

    /// The addresses of other objects that the elements are.
    func references() throws(EEGDataError) -> [Int?] {
        try elements(in: nil) { (elements) throws(EEGDataError) in try elements.references() }
    }

    /// The real or the imaginary parts of complex numbers.
    func complexParts(imaginary: Bool) throws(EEGDataError) -> [Double] {
        try numbers(in: nil, as: HDF5Conversion.complexPart(contents.datatype, imaginary: imaginary))
    }

    private func numbers<Value>(in ranges: [Range<Int>]?, as conversion: HDF5Conversion?) throws(EEGDataError) -> [Value] {
        let ranges = try checked(ranges)
        return try storage.inObject(path) { () throws(EEGDataError) in
            guard let conversion else { throw storage.unsupported("elements of type \(elementType) as numbers") }
            return try makeArray(count: ranges.reduce(1) { $0 * $1.count }) { (buffer) throws(EEGDataError) in
                try read(ranges, conversion, into: buffer)
            }
        }
    }

    private func elements<Result>(
        in ranges: [Range<Int>]?, _ body: (HDF5Elements) throws(EEGDataError) -> Result
    ) throws(EEGDataError) -> Result {
        let ranges = try checked(ranges)
        return try storage.inObject(path) { () throws(EEGDataError) in
            let counts = ranges.map(\.count)
            let size = contents.datatype.size
            let bytes: [UInt8] = try makeArray(count: counts.reduce(1, *) * size) { (buffer) throws(EEGDataError) in
                try read(ranges, .copy(size), into: buffer)
            }
            return try body(
                HDF5Elements(bytes: bytes, datatype: contents.datatype, shape: counts, count: counts.reduce(1, *), storage: storage))
        }
    }

    /// The ranges of all axes; they lie in the dataset and their values within the limits.
    private func checked(_ ranges: [Range<Int>]?) throws(EEGDataError) -> [Range<Int>] {
        let result = ranges ?? shape.map { 0..<$0 }
        guard result.count == shape.count, zip(result, shape).allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= $1 }) else {
            throw .invalidArgument(name: "ranges of \(path)", expected: "a part of \(shape)", found: "\(result)")
        }
        // The number of all elements is known not to overflow; a value takes 8 bytes at most, or those of the element.
        let count = result.reduce(1) { $0 * $1.count }
        guard count <= storage.limits.decodedBytes / max(contents.datatype.size, 1) else {
            throw storage.unsupported("\(path): \(count) elements in one call are more than the limit of \(storage.limits.decodedBytes) bytes")
        }
        return result
    }

    private func read(_ ranges: [Range<Int>], _ conversion: HDF5Conversion, into buffer: UnsafeMutableRawBufferPointer) throws(EEGDataError) {
        guard !contents.isExternal else { throw storage.unsupported("raw data in another file") }
        guard let result = buffer.baseAddress, !buffer.isEmpty else { return }
        let reading = HDF5Reading(storage: storage, shape: shape, ranges: ranges, conversion: conversion, result: result)
        switch contents.layout {
        case .compact(let bytes):
            try reading.read(bytes)
        case .contiguous(nil):
            reading.fill(contents.fillValue)
        case .contiguous(let address?):
            try reading.read(contiguous: address)
        case .chunked(let chunking):
            if let filter = contents.filters.unsupported { throw storage.unsupported("the filter \(filter.name) (\(filter.id))") }
            guard chunking.bytes <= storage.limits.decodedBytes else {
                throw storage.unsupported("chunks of \(chunking.bytes) bytes, above the limit of \(storage.limits.decodedBytes)")
            }
            let chunks = try contents.chunks.value { () throws(EEGDataError) in
                try HDF5Chunks(chunking, space: contents.space, isFiltered: !contents.filters.filters.isEmpty, in: storage)
            }
            if chunks.chunks.count < chunks.grid.reduce(1, *) { reading.fill(contents.fillValue) }
            try reading.read(chunks, chunking: chunking, filters: contents.filters)
        }
    }
}
