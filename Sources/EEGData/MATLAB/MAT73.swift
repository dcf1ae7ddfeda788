/// Opens a MATLAB 7.3 file, which is an HDF5 file.
func openMAT73(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) -> any MATContainer {
    try MAT73Container(HDF5File(file, limits: limits), limits: limits)
}

/// A MATLAB file of version 7.3: each variable is an object of the root group. The axes of its datasets are in reverse order.
struct MAT73Container: MATContainer {
    private let file: HDF5File
    private let limits: ReadLimits
    private let objects: [HDF5Object]
    let variables: [MATVariable]
    let notes: [String] = []

    init(_ file: HDF5File, limits: ReadLimits) throws(EEGDataError) {
        self.file = file
        self.limits = limits
        let root = try file.root
        var objects: [HDF5Object] = []
        var variables: [MATVariable] = []
        // `#refs#` and `#subsystem#` hold what variables refer to.
        for name in try root.names where !name.hasPrefix("#") {
            let object = try root.object(name)
            objects.append(object)
            variables.append(try MATVariable(name: name, object))
        }
        self.objects = objects
        self.variables = variables
    }

    func value(at index: Int) throws(EEGDataError) -> MATValue {
        var decoder = MAT73Decoder(storage: file.storage, limits: limits)
        return try decoder.value(of: objects[index], depth: 0)
    }
}

extension MATVariable {
    fileprivate init(name: String, _ object: HDF5Object) throws(EEGDataError) {
        let className = object.matlabClass ?? "double"
        switch object {
        case .dataset(let dataset):
            let shape = try MAT73Decoder.shape(of: dataset)
            if case .complex = dataset.elementType {
                self.init(name: name, shape: shape, className: className, isComplex: true)
            } else {
                self.init(name: name, shape: shape, className: className)
            }
        case .group(let group) where group.attribute("MATLAB_sparse") != nil:
            let rows = group.attribute("MATLAB_sparse")?.integer ?? 0
            let columns = max(0, try group.dataset("jc").count - 1)
            self.init(name: name, shape: [rows, columns], className: "sparse")
        case .group(let group):
            self.init(name: name, shape: try MAT73Decoder.structureShape(of: group), className: object.matlabClass ?? "struct")
        case .namedType:
            self.init(name: name, shape: [], className: "datatype")
        }
    }
}

extension HDF5Object {
    fileprivate var matlabClass: String? {
        switch self {
        case .dataset(let dataset): dataset.attribute("MATLAB_class")?.string
        case .group(let group): group.attribute("MATLAB_class")?.string
        case .namedType: nil
        }
    }
}

/// Decodes one variable with all that it refers to.
private struct MAT73Decoder {
    let storage: HDF5Storage
    let limits: ReadLimits
    private var objectCount = 0
    private var decodedBytes = 0

    init(storage: HDF5Storage, limits: ReadLimits) {
        self.storage = storage
        self.limits = limits
    }

    mutating func value(of object: HDF5Object, depth: Int) throws(EEGDataError) -> MATValue {
        guard depth <= limits.nesting else { throw storage.unsupported("\(object.path): more than \(limits.nesting) levels") }
        // A reference takes eight bytes of the file: more objects than that are references to the same ones, over and over.
        objectCount += 1
        guard objectCount <= storage.file.size / 8 else {
            throw storage.malformed(at: object.address, object.path, expected: "at most \(storage.file.size / 8) values", found: "more")
        }
        switch object {
        case .dataset(let dataset): return try value(of: dataset, className: object.matlabClass, depth: depth)
        case .group(let group): return try value(of: group, className: object.matlabClass, depth: depth)
        case .namedType: return .unsupported(className: "datatype")
        }
    }

    // MARK: Datasets

    /// Rows, columns and further axes.
    static func shape(of dataset: HDF5Dataset) throws(EEGDataError) -> [Int] {
        if isEmpty(dataset) {
            let shape = try dataset.integers()
            var product = 1
            let fits = shape.allSatisfy { extent in
                let (value, overflow) = product.multipliedReportingOverflow(by: extent)
                product = value
                return extent >= 0 && !overflow
            }
            guard shape.count <= 32, fits, shape.contains(0) else { return [0, 0] }
            return shape.count < 2 ? shape + [0] : shape
        }
        let shape = Array(dataset.shape.reversed())
        return shape + Array(repeating: 1, count: max(0, 2 - shape.count))
    }

    /// Whether the dataset holds the shape of an array without elements.
    private static func isEmpty(_ dataset: HDF5Dataset) -> Bool {
        guard let flag = dataset.attribute("MATLAB_empty")?.integer, flag != 0, dataset.count <= 32 else { return false }
        if case .integer = dataset.elementType { return true }
        return false
    }

    private mutating func value(of dataset: HDF5Dataset, className: String?, depth: Int) throws(EEGDataError) -> MATValue {
        let shape = try Self.shape(of: dataset)
        let isEmpty = Self.isEmpty(dataset)
        if !isEmpty {
            decodedBytes += min(dataset.count, limits.decodedBytes)
            guard decodedBytes <= limits.decodedBytes else {
                throw storage.unsupported("\(dataset.path): more than the limit of \(limits.decodedBytes) bytes")
            }
        }
        switch className {
        case "cell":
            guard !isEmpty else { return .cell(MATCell(shape: shape, elements: [])) }
            return .cell(MATCell(shape: shape, elements: try references(of: dataset, shape: shape, depth: depth)))
        case "struct" where isEmpty:
            let names = try dataset.attribute("MATLAB_fields")?.characterSequences() ?? []
            return .structure(MATStructure(shape: shape, fieldNames: names, values: []))
        case "char":
            let codes = isEmpty ? [] : try dataset.integers()
            return .text(MATText(shape: shape, columnMajorUnits: codes.map { UInt32(exactly: $0) ?? 0xFFFD }))
        case nil where dataset.elementType == .variableString:
            let texts = try dataset.strings()
            return .cell(
                MATCell(shape: [texts.count, 1], elements: texts.map { .text(MATText(shape: [1, $0.utf16.count], rows: [$0])) }))
        case nil, "double", "single", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "logical", "canonical empty":
            return try numbers(of: dataset, className: className, shape: shape, isEmpty: isEmpty)
        default:
            return .unsupported(className: className ?? "")
        }
    }

    private func numbers(
        of dataset: HDF5Dataset, className: String?, shape: [Int], isEmpty: Bool
    ) throws(EEGDataError) -> MATValue {
        if case .complex = dataset.elementType {
            let real = try Self.rowMajor(.double(try dataset.complexParts(imaginary: false)), shape: shape, file: storage.file.path)
            let imaginary = try Self.rowMajor(.double(try dataset.complexParts(imaginary: true)), shape: shape, file: storage.file.path)
            return .complex(real: real, imaginary: imaginary)
        }
        guard !isEmpty else {
            let values: NumericArray.Values =
                switch className {
                case "single": .float([])
                case "logical": .bool([])
                case "int8": .int8([])
                case "int16": .int16([])
                case "int32": .int32([])
                case "int64": .int64([])
                case "uint8": .uint8([])
                case "uint16": .uint16([])
                case "uint32": .uint32([])
                case "uint64": .uint64([])
                default: .double([])
                }
            return .numbers(NumericArray(shape: shape, values: values))
        }
        var values = try dataset.array().values
        if className == "logical", case .uint8(let bytes) = values { values = .bool(bytes.map { $0 != 0 }) }
        return .numbers(try Self.rowMajor(values, shape: shape, file: storage.file.path))
    }

    /// Column-major numbers in row-major order.
    private static func rowMajor(_ values: NumericArray.Values, shape: [Int], file: String) throws(EEGDataError) -> NumericArray {
        // With one axis of more than one element, both orders are the same.
        guard shape.count(where: { $0 != 1 }) > 1, values.count > 0 else { return NumericArray(shape: shape, values: values) }
        func decoded<Value>(_ numbers: [Value], _ stored: MAT5Element, _ result: MAT5Element?) throws(EEGDataError) -> NumericArray {
            let decoder = MATMatrixDecoder(shape: shape, stored: stored, result: result, isBigEndian: false, file: file)
            let bytes = numbers.withUnsafeBytes { Array($0) }
            return NumericArray(shape: shape, values: try decoder.values(in: .memory(bytes[...]), part: "values"))
        }
        return switch values {
        case .float(let numbers): try decoded(numbers, .single, .single)
        case .double(let numbers): try decoded(numbers, .double, .double)
        case .int8(let numbers): try decoded(numbers, .int8, .int8)
        case .int16(let numbers): try decoded(numbers, .int16, .int16)
        case .int32(let numbers): try decoded(numbers, .int32, .int32)
        case .int64(let numbers): try decoded(numbers, .int64, .int64)
        case .uint8(let numbers): try decoded(numbers, .uint8, .uint8)
        case .uint16(let numbers): try decoded(numbers, .uint16, .uint16)
        case .uint32(let numbers): try decoded(numbers, .uint32, .uint32)
        case .uint64(let numbers): try decoded(numbers, .uint64, .uint64)
        case .bool(let numbers): try decoded(numbers, .uint8, nil)
        }
    }

    /// The values that a dataset of references stands for, in row-major order.
    private mutating func references(of dataset: HDF5Dataset, shape: [Int], depth: Int) throws(EEGDataError) -> [MATValue] {
        let stored = try dataset.references()
        var values: [MATValue] = []
        for (number, place) in columnMajorPlaces(of: shape).enumerated() {
            guard let address = stored[place] else {
                values.append(.numbers(NumericArray(shape: [0, 0], values: .double([]))))
                continue
            }
            let object = try HDF5Object(at: address, path: "\(dataset.path)[\(number)]", in: storage)
            values.append(try value(of: object, depth: depth + 1))
        }
        return values
    }

    // MARK: Groups

    /// The shape of a struct array: that of the references in its fields; a plain struct has its values there instead.
    static func structureShape(of group: HDF5Group) throws(EEGDataError) -> [Int] {
        guard let first = try group.names.first, case .dataset(let dataset) = try group.object(first),
            dataset.elementType == .objectReference, dataset.attribute("MATLAB_class") == nil
        else { return [1, 1] }
        return try shape(of: dataset)
    }

    private mutating func value(of group: HDF5Group, className: String?, depth: Int) throws(EEGDataError) -> MATValue {
        if let rows = group.attribute("MATLAB_sparse")?.integer { return try sparse(group, rows: rows, className: className) }
        guard className == nil || className == "struct", group.attribute("MATLAB_object_decode") == nil else {
            return .unsupported(className: className ?? "object")
        }
        let stored = try group.names
        let listed = try group.attribute("MATLAB_fields")?.characterSequences() ?? []
        // The attribute tells the order, but is too small for many fields.
        let names = Set(listed) == Set(stored) && listed.count == stored.count ? listed : stored
        let shape = try Self.structureShape(of: group)
        var fields: [[MATValue]] = []
        for name in names {
            let object = try group.object(name)
            if case .dataset(let dataset) = object, dataset.elementType == .objectReference, dataset.attribute("MATLAB_class") == nil {
                guard try Self.shape(of: dataset) == shape else {
                    throw storage.malformed(at: object.address, object.path, expected: "the shape \(shape)", found: "\(dataset.shape)")
                }
                fields.append(try references(of: dataset, shape: shape, depth: depth))
            } else {
                guard shape == [1, 1] else {
                    throw storage.malformed(at: object.address, object.path, expected: "references", found: "another value")
                }
                fields.append([try value(of: object, depth: depth + 1)])
            }
        }
        let count = shape.reduce(1, *)
        let values = (0..<count).flatMap { index in fields.map { $0[index] } }
        return .structure(MATStructure(shape: shape, fieldNames: names, values: values))
    }

    private func sparse(_ group: HDF5Group, rows: Int, className: String?) throws(EEGDataError) -> MATValue {
        let starts = try group.dataset("jc").integers()
        let isEmpty = !group.contains("data")
        let rowIndices = isEmpty ? [] : try group.dataset("ir").integers()
        func malformed(_ found: String) -> EEGDataError {
            storage.malformed(
                at: group.header.address, "\(group.path): sparse matrix", expected: "rising column starts and rows below \(rows)", found: found)
        }
        guard starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), starts.last == rowIndices.count,
            rowIndices.allSatisfy({ $0 >= 0 && $0 < rows })
        else { throw malformed("others") }
        var columns: [Int] = []
        for (column, (start, end)) in zip(starts, starts.dropFirst()).enumerated() {
            columns += Array(repeating: column, count: end - start)
        }
        let shape = [rows, starts.count - 1]
        guard !isEmpty else {
            return .sparse(MATSparse(shape: shape, rowIndices: [], columnIndices: [], values: [], isLogical: className == "logical"))
        }
        let data = try group.dataset("data")
        guard data.count == rowIndices.count else { throw malformed("\(data.count) values") }
        if case .complex = data.elementType {
            return .sparse(
                MATSparse(
                    shape: shape, rowIndices: rowIndices, columnIndices: columns, values: try data.complexParts(imaginary: false),
                    imaginary: try data.complexParts(imaginary: true)))
        }
        return .sparse(
            MATSparse(
                shape: shape, rowIndices: rowIndices, columnIndices: columns, values: try data.doubles(), isLogical: className == "logical"))
    }
}
