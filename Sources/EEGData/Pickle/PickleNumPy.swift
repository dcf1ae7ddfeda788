/// The functions and types that a pickle may name. No others exist for it.
enum PickleGlobal {
    case reconstruct, fromBuffer, scalar, ndarray, dtype, encode

    init?(module: String, name: String) {
        switch (module, name) {
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"): self = .reconstruct
        case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .fromBuffer
        case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .scalar
        case ("numpy", "ndarray"): self = .ndarray
        case ("numpy", "dtype"): self = .dtype
        case ("_codecs", "encode"): self = .encode
        default: return nil
        }
    }
}

extension PickleMachine {
    /// The result of calling one of the allowed functions.
    mutating func call(_ global: PickleGlobal, _ arguments: [Item]) throws(EEGDataError) -> Item {
        switch global {
        case .reconstruct:
            guard arguments.count == 3, case .global(.ndarray) = arguments[0] else {
                throw failure(expected: "_reconstruct(ndarray, (0,), b'b')", found: "\(arguments.count) other arguments")
            }
            arrays.append(nil)
            return .array(arrays.count - 1)
        case .dtype:
            guard let code = arguments.first.flatMap(text), (1...3).contains(arguments.count) else {
                throw failure(expected: "dtype(code, False, True)", found: "\(arguments.count) other arguments")
            }
            guard let dtype = PickleDtype(code: code) else { throw refused("the NumPy type \(code)") }
            dtypes.append(dtype)
            return .dtype(dtypes.count - 1)
        case .scalar:
            guard arguments.count == 2, let dtype = dtype(arguments[0]), let bytes = bytes(arguments[1]) else {
                throw failure(expected: "scalar(dtype, bytes)", found: "\(arguments.count) other arguments")
            }
            return .array(try newArray(bytes, dtype, shape: [], storedAxes: []))
        case .fromBuffer:
            guard arguments.count == 4 || arguments.count == 5, let bytes = bytes(arguments[0]), let dtype = dtype(arguments[1]),
                let shape = integers(arguments[2]), let order = text(arguments[3])
            else { throw failure(expected: "_frombuffer(bytes, dtype, shape, order)", found: "\(arguments.count) other arguments") }
            let axes = Array(shape.indices)
            if order == "K", arguments.count == 5, let permutation = integers(arguments[4]) {
                guard permutation.sorted() == axes else { throw failure(expected: "an order of \(axes.count) axes", found: "\(permutation)") }
                // The shape is that of the stored bytes; then axes are put in the given order.
                return .array(try newArray(bytes, dtype, shape: permutation.map { shape[$0] }, storedAxes: permutation))
            }
            guard ["C", "F", "A", "K"].contains(order) else { throw failure(expected: "the order C or F", found: order) }
            return .array(try newArray(bytes, dtype, shape: shape, storedAxes: order == "F" ? axes.reversed() : axes))
        case .encode:
            guard arguments.count == 2, case .value(.string(let text)) = arguments[0], let encoding = self.text(arguments[1]),
                encoding == "latin1" || encoding == "latin-1"
            else { throw failure(expected: "_codecs.encode(text, 'latin1')", found: "\(arguments.count) other arguments") }
            try count(decoded: text.utf8.count)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.utf8.count)
            for scalar in text.unicodeScalars {
                guard let byte = UInt8(exactly: scalar.value) else { throw failure(expected: "latin-1 characters", found: "\(scalar)") }
                bytes.append(byte)
            }
            return .value(.bytes(bytes[...]))
        case .ndarray:
            throw refused("calling numpy.ndarray")
        }
    }

    /// Gives a fresh array its contents, or a type its byte order.
    mutating func build(_ object: Item, _ state: Item) throws(EEGDataError) {
        guard case .tuple(let index) = state else { throw failure(expected: "a state that is a tuple", found: "something else") }
        let fields = containers[index]
        switch object {
        case .dtype(let number):
            guard fields.count >= 8, let order = text(fields[1]), fields[2...4].allSatisfy(isNone) else {
                throw refused("a structured NumPy type")
            }
            guard ["<", ">", "|", "="].contains(order) else { throw failure(expected: "the byte order <, >, | or =", found: order) }
            dtypes[number].isBigEndian = order == ">"
        case .array(let number) where arrays[number] == nil:
            guard fields.count == 5, let shape = integers(fields[1]), let dtype = dtype(fields[2]),
                case .value(.bool(let isColumnMajor)) = fields[3]
            else { throw failure(expected: "(version, shape, dtype, is_fortran, bytes)", found: "\(fields.count) other fields") }
            guard let bytes = bytes(fields[4]) else { throw refused("an array whose elements are objects") }
            let axes = Array(shape.indices)
            let array = try newArray(bytes, dtype, shape: shape, storedAxes: isColumnMajor ? axes.reversed() : axes)
            arrays[number] = arrays[array]
            arrays.removeLast()
        default:
            throw refused("BUILD of anything but a new array or NumPy type")
        }
    }

    /// An array that refers to the file's bytes.
    private mutating func newArray(
        _ bytes: ArraySlice<UInt8>, _ dtype: PickleDtype, shape: [Int], storedAxes: [Int]
    ) throws(EEGDataError) -> Int {
        var size = dtype.size
        for extent in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { throw failure(expected: "a shape that fits in memory", found: "\(shape)") }
            size = product
        }
        guard shape.count <= 64, size == bytes.count else {
            throw failure(expected: "\(bytes.count) bytes for the shape \(shape) of \(dtype.name)", found: "\(size)")
        }
        arrays.append(PickleArray(shape: shape, dtype: dtype, bytes: bytes, storedAxes: storedAxes))
        return arrays.count - 1
    }

    private func dtype(_ item: Item) -> PickleDtype? {
        guard case .dtype(let index) = item else { return nil }
        return dtypes[index]
    }

    private func bytes(_ item: Item) -> ArraySlice<UInt8>? {
        switch item {
        case .value(.bytes(let bytes)), .binaryString(let bytes): bytes
        default: nil
        }
    }

    private func text(_ item: Item) -> String? {
        switch item {
        case .value(.string(let text)): text
        case .binaryString(let bytes): latin1(bytes)
        default: nil
        }
    }

    private func isNone(_ item: Item) -> Bool {
        guard case .value(.none) = item else { return false }
        return true
    }

    private func integers(_ item: Item) -> [Int]? {
        guard case .tuple(let index) = item else { return nil }
        let values = containers[index].compactMap { item -> Int? in
            guard case .value(.int(let value)) = item else { return nil }
            return value
        }
        return values.count == containers[index].count ? values : nil
    }
}
