/// A NIfTI-1 image (`.nii`, `.nii.gz`), such as a series of BOLD volumes. Voxels stay in the file until they are asked for.
///
/// ```swift
/// let image = try NIfTIImage(contentsOf: "bold.nii.gz")
/// try image.forEachVolume { time, voxels in … }
/// ```
public struct NIfTIImage: Sendable {
    public let path: String
    /// Voxels along x, y, z, time …: 1 to 7 axes.
    public let shape: [Int]
    /// The distance of voxels along each axis, in `spaceUnit`, and of volumes in time, in `timeUnit`.
    public let spacing: [Double]
    /// `mm`, `m`, `um`, or empty where the file does not tell.
    public let spaceUnit: String
    /// `s`, `ms`, `us`, or empty where the file does not tell.
    public let timeUnit: String
    /// The matrix, four rows of four, from indices (i, j, k, 1) to millimetres (to the right, to the front, up, 1).
    public let affine: [[Double]]
    /// What the program that wrote the file says.
    public let description: String
    /// What was odd about the file and how it was understood.
    public let notes: [String]
    private let header: NIfTIHeader
    private let file: RandomAccessFile
    private let isCompressed: Bool
    private let limits: ReadLimits

    /// Reads the header.
    ///
    /// - Throws: `EEGDataError` where the file cannot be read or breaks the rules of its format; pairs of `.hdr` and `.img` are refused.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        file = try RandomAccessFile(path: path)
        self.limits = limits
        isCompressed = try file.bytes(at: 0, count: min(2, file.size)) == [0x1F, 0x8B]
        var bytes = [UInt8](repeating: 0, count: NIfTIHeader.byteCount)
        let stream = try NIfTIStream(file, isCompressed: isCompressed)
        try bytes.fill { (buffer) throws(EEGDataError) in try stream.read(into: buffer, "header") }
        header = try NIfTIHeader(bytes, file: path)
        guard header.isSingleFile else {
            throw .unsupported(file: path, format: "NIfTI", feature: "voxels in a file of their own (.img)")
        }
        if !isCompressed, header.voxelOffset > file.size || header.dataSize > file.size - header.voxelOffset {
            throw .malformed(
                file: path, format: "NIfTI", offset: header.voxelOffset, field: "voxels", expected: "\(header.dataSize) bytes",
                found: "\(max(0, file.size - header.voxelOffset)) before the end")
        }
        // Deflated data are at most 1,032 times as long.
        if isCompressed, header.dataSize / 1032 > file.size {
            throw .malformed(
                file: path, format: "NIfTI", offset: nil, field: "voxels", expected: "\(header.dataSize) bytes",
                found: "\(file.size) compressed ones, which cannot hold so many")
        }
        self.path = path
        shape = header.shape
        spacing = header.spacing
        spaceUnit = header.spaceUnit
        timeUnit = header.timeUnit
        affine = header.affine
        description = header.description
        notes = header.notes
    }

    /// The axes of a volume: the first three at most.
    public var volumeShape: [Int] { Array(shape.prefix(3)) }
    /// The number of volumes: places along the axes behind the third.
    public var volumeCount: Int { shape.dropFirst(3).reduce(1, *) }
    /// Seconds between volumes, where the header tells.
    public var repetitionTime: Double? {
        guard spacing.count > 3, spacing[3] > 0 else { return nil }
        return switch timeUnit {
        case "s", "": spacing[3]
        case "ms": spacing[3] / 1e3
        case "us": spacing[3] / 1e6
        default: nil
        }
    }

    /// The scaled values of one volume, `[z, y, x]` in row-major order: x changes fastest, as in the file.
    ///
    /// Of a compressed file all in front of the volume is decompressed too, a thousand times the file's size at most, however little the limits
    /// allow: they bound the size of one volume. Read several volumes with `forEachVolume`.
    public func volume(_ index: Int) throws(EEGDataError) -> [Float] {
        guard (0..<volumeCount).contains(index) else {
            throw .invalidArgument(name: "volume", expected: "0 to \(volumeCount - 1)", found: "\(index)")
        }
        var result: [Float] = []
        try readVolumes(index..<(index + 1)) { _, voxels in
            result = voxels
            return true
        }
        return result
    }

    /// Reads all volumes in order, one at a time.
    ///
    /// - Parameter body: gets the number of the volume and its scaled values, `[z, y, x]` in row-major order.
    public func forEachVolume(_ body: (Int, [Float]) throws(EEGDataError) -> Void) throws(EEGDataError) {
        var failure: EEGDataError?
        try readVolumes(0..<volumeCount) { index, voxels in
            do throws(EEGDataError) { try body(index, voxels) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    /// Hands over each volume of the range, until `body` returns false.
    private func readVolumes(_ range: Range<Int>, _ body: (Int, [Float]) -> Bool) throws(EEGDataError) {
        let size = volumeShape.reduce(header.dataType.size, *)
        guard size <= limits.decodedBytes / 8 else {
            throw .unsupported(file: path, format: "NIfTI", feature: "a volume of \(size) bytes is beyond the limit of \(limits.decodedBytes)")
        }
        let stream = try NIfTIStream(file, isCompressed: isCompressed)
        try stream.skip(header.voxelOffset + range.lowerBound * size, "voxels")
        // Memory grows with what there is: a compressed file may end long before what its header says.
        let step = 1 << 20
        for index in range {
            var values: [Float] = []
            if !isCompressed { values.reserveCapacity(size / header.dataType.size) }
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: size, by: step) {
                let count = min(step, size - start)
                if bytes.count != count { bytes = [UInt8](repeating: 0, count: count) }
                try bytes.fill { (buffer) throws(EEGDataError) in try stream.read(into: buffer, "volume \(index)") }
                header.appendScaled(bytes, to: &values)
            }
            guard body(index, values) else { return }
        }
    }
}

extension NIfTIHeader {
    /// Adds the values of stored voxels.
    fileprivate func appendScaled(_ bytes: [UInt8], to values: inout [Float]) {
        switch dataType {
        case .uint8: append(bytes, UInt8.self, &values) { Double($0) }
        case .int8: append(bytes, Int8.self, &values) { Double($0) }
        case .int16: append(bytes, Int16.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .uint16: append(bytes, UInt16.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .int32: append(bytes, Int32.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .uint32: append(bytes, UInt32.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .int64: append(bytes, Int64.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .uint64: append(bytes, UInt64.self, &values) { Double(isBigEndian ? $0.bigEndian : $0.littleEndian) }
        case .float32: append(bytes, UInt32.self, &values) { Double(Float(bitPattern: isBigEndian ? $0.bigEndian : $0.littleEndian)) }
        case .float64: append(bytes, UInt64.self, &values) { Double(bitPattern: isBigEndian ? $0.bigEndian : $0.littleEndian) }
        }
    }

    private func append<Stored: BitwiseCopyable>(
        _ bytes: [UInt8], _ type: Stored.Type, _ values: inout [Float], convert: (Stored) -> Double
    ) {
        bytes.withUnsafeBytes { buffer in
            values += buffer.bindMemory(to: Stored.self).map { Float(convert($0) * slope + intercept) }
        }
    }
}

/// The bytes of a file from front to back, decompressed where they are compressed.
private struct NIfTIStream {
    private let file: RandomAccessFile
    private let stream: InflateStream?
    private let place = Place()

    private final class Place {
        var offset = 0
    }

    init(_ file: RandomAccessFile, isCompressed: Bool) throws(EEGDataError) {
        self.file = file
        let filePlace = FilePlace(file: file.path, format: "NIfTI", offset: 0, field: "compressed data")
        stream = isCompressed ? try InflateStream(file, range: 0..<file.size, container: .gzip, at: filePlace) : nil
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, _ field: String) throws(EEGDataError) {
        let available = try stream?.read(into: buffer) ?? min(buffer.count, max(0, file.size - place.offset))
        guard available == buffer.count else {
            throw .malformed(
                file: file.path, format: "NIfTI", offset: stream == nil ? place.offset : nil, field: field, expected: "\(buffer.count) bytes",
                found: "\(available) before the end")
        }
        if stream == nil { try file.read(into: buffer, at: place.offset) }
        place.offset += buffer.count
    }

    func skip(_ count: Int, _ field: String) throws(EEGDataError) {
        guard stream != nil else {
            place.offset += count
            return
        }
        var rest = count
        var bytes = [UInt8](repeating: 0, count: min(count, 1 << 16))
        while rest > 0 {
            if rest < bytes.count { bytes.removeLast(bytes.count - rest) }
            try bytes.fill { (buffer) throws(EEGDataError) in try read(into: buffer, field) }
            rest -= bytes.count
        }
    }
}

extension [UInt8] {
    /// Fills the array through its memory, with typed errors.
    fileprivate mutating func fill(_ body: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void) throws(EEGDataError) {
        var failure: EEGDataError?
        withUnsafeMutableBytes { buffer in
            do throws(EEGDataError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
