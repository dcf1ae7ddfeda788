internal import Foundation

/// The header of a NIfTI-1 file: 348 bytes in either byte order.
///
/// Source: NIfTI-1 data format, nifti.nimh.nih.gov (2003).
struct NIfTIHeader {
    /// How voxels are stored.
    enum DataType: Int16 {
        case uint8 = 2
        case int16 = 4
        case int32 = 8
        case float32 = 16
        case float64 = 64
        case int8 = 256
        case uint16 = 512
        case uint32 = 768
        case int64 = 1024
        case uint64 = 1280

        var size: Int {
            switch self {
            case .uint8, .int8: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float32: 4
            case .float64, .int64, .uint64: 8
            }
        }
    }

    static let byteCount = 348
    let isBigEndian: Bool
    /// Whether the voxels are in the same file, behind the header.
    let isSingleFile: Bool
    let shape: [Int]
    let dataType: DataType
    let voxelOffset: Int
    let slope: Double
    let intercept: Double
    let spacing: [Double]
    let spaceUnit: String
    let timeUnit: String
    let affine: [[Double]]
    let description: String
    let notes: [String]
    /// Bytes of all voxels.
    let dataSize: Int

    /// The byte order of a header and whether the voxels are in the same file; nil where the bytes are no header.
    static func recognize(_ bytes: some Collection<UInt8>) -> (isBigEndian: Bool, isSingleFile: Bool)? {
        let bytes = Array(bytes.prefix(byteCount))
        guard bytes.count == byteCount else { return nil }
        let magic = bytes[344..<348]
        let isSingleFile = magic.elementsEqual("n+1\0".utf8)
        guard isSingleFile || magic.elementsEqual("ni1\0".utf8) else { return nil }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x5C, 0x01, 0, 0): return (false, isSingleFile)
        case (0, 0, 0x01, 0x5C): return (true, isSingleFile)
        default: return nil
        }
    }

    init(_ bytes: [UInt8], file: String) throws(EEGDataError) {
        var reader = ByteReader(bytes.prefix(Self.byteCount), file: file, format: "NIfTI")
        guard let (isBigEndian, isSingleFile) = Self.recognize(bytes) else {
            throw reader.malformed("header", expected: "size 348 and the magic n+1 or ni1", found: describe(bytes.prefix(4)))
        }
        self.isBigEndian = isBigEndian
        self.isSingleFile = isSingleFile
        var notes: [String] = []
        func int16(_ offset: Int, _ field: String) throws(EEGDataError) -> Int16 {
            try reader.seek(to: offset, field)
            return try reader.integer(field, bigEndian: isBigEndian)
        }
        func float(_ offset: Int, _ field: String) throws(EEGDataError) -> Double {
            try reader.seek(to: offset, field)
            return Double(try reader.float(field, bigEndian: isBigEndian))
        }

        let rank = Int(try int16(40, "number of axes"))
        guard (1...7).contains(rank) else { throw reader.malformed("number of axes", expected: "1 to 7", found: "\(rank)") }
        let typeCode = try int16(70, "data type")
        guard let dataType = DataType(rawValue: typeCode) else {
            throw .unsupported(file: file, format: "NIfTI", feature: "data type \(typeCode): real numbers of 8 to 64 bits can be read")
        }
        self.dataType = dataType
        let bits = Int(try int16(72, "bits of a voxel"))
        if bits != 8 * dataType.size { notes.append("the header says \(bits) bits for voxels of \(8 * dataType.size)") }
        var shape: [Int] = []
        var spacing: [Double] = []
        var size = dataType.size
        for axis in 1...rank {
            let length = Int(try int16(40 + 2 * axis, "length of axis \(axis)"))
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow, product <= 1 << 46 else {
                throw reader.malformed("length of axis \(axis)", expected: "1 or more, with a product of 46 bits", found: "\(length)")
            }
            shape.append(length)
            size = product
            let step = try float(76 + 4 * axis, "spacing of axis \(axis)")
            if !step.isFinite { notes.append("the spacing of axis \(axis) is \(step)") }
            spacing.append(step.isFinite ? abs(step) : 0)
        }
        self.shape = shape
        self.spacing = spacing
        dataSize = size

        let stated = try float(108, "offset of the voxels")
        guard let offset = Int(exactly: stated), ((isSingleFile ? Self.byteCount : 0)...(1 << 46)).contains(offset) else {
            throw reader.malformed("offset of the voxels", expected: "a whole number behind the header", found: "\(stated)")
        }
        voxelOffset = offset
        let slope = try float(112, "slope")
        let intercept = try float(116, "intercept")
        // A slope of 0 means that values are not scaled.
        let isScaled = slope != 0 && slope.isFinite && intercept.isFinite
        if !isScaled, slope != 0 { notes.append("slope \(slope) and intercept \(intercept) are not numbers: values are not scaled") }
        self.slope = isScaled ? slope : 1
        self.intercept = isScaled ? intercept : 0

        try reader.seek(to: 123, "units")
        let units = try reader.integer("units", as: UInt8.self)
        spaceUnit = [1: "m", 2: "mm", 3: "um"][units & 0x07] ?? ""
        timeUnit = [8: "s", 16: "ms", 24: "us", 32: "Hz", 40: "ppm", 48: "rad/s"][units & 0x38] ?? ""
        try reader.seek(to: 148, "description")
        description = decodeText(try reader.take(80, "description").prefix { $0 != 0 })
        affine = try Self.affine(&reader, isBigEndian: isBigEndian, spacing: spacing)
        self.notes = notes
    }

    /// The matrix from voxel indices to millimetres: the general one where there is one, else that of the scanner, else the spacing.
    private static func affine(_ reader: inout ByteReader, isBigEndian: Bool, spacing: [Double]) throws(EEGDataError) -> [[Double]] {
        func floats(_ offset: Int, _ count: Int, _ field: String) throws(EEGDataError) -> [Double] {
            try reader.seek(to: offset, field)
            var values: [Double] = []
            for _ in 0..<count { values.append(Double(try reader.float(field, bigEndian: isBigEndian))) }
            return values
        }
        try reader.seek(to: 252, "coordinates")
        let scannerCode = try reader.integer("coordinates", as: Int16.self, bigEndian: isBigEndian)
        let generalCode = try reader.integer("coordinates", as: Int16.self, bigEndian: isBigEndian)
        if generalCode > 0 {
            let rows = try floats(280, 12, "affine matrix")
            return [Array(rows[0..<4]), Array(rows[4..<8]), Array(rows[8..<12]), [0, 0, 0, 1]]
        }
        let step = (spacing + [1, 1, 1]).prefix(3).map { $0 == 0 ? 1 : $0 }
        guard scannerCode > 0 else {
            return [[step[0], 0, 0, 0], [0, step[1], 0, 0], [0, 0, step[2], 0], [0, 0, 0, 1]]
        }
        let q = try floats(256, 6, "quaternion")
        let handedness = try floats(76, 1, "handedness")[0] < 0 ? -1.0 : 1.0
        let (b, c, d) = (q[0], q[1], q[2])
        let square = 1 - (b * b + c * c + d * d)
        // A rotation by half a turn; rounding may take the square below 0.
        let a = square > 0 ? square.squareRoot() : 0
        let rotation = [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
        let rows = rotation.enumerated().map { index, row in
            [row[0] * step[0], row[1] * step[1], row[2] * step[2] * handedness, q[3 + index]]
        }
        return rows + [[0, 0, 0, 1]]
    }
}
