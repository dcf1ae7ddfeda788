internal import CHDF5

/// Writes an HDF5 file: groups, datasets of numbers and texts, attributes.
///
/// The file appears under its name when `finish()` is called; before, and if the program ends, whatever lay there stays as it was.
///
/// ```swift
/// let writer = try HDF5Writer(path: "out.h5")
/// try writer.write(NumericArray(shape: [2, 3], values: .float(values)), to: "/signals/first", compression: 4)
/// try writer.setAttribute("unit", of: "/signals/first", to: .string("uV"))
/// try writer.finish()
/// ```
public final class HDF5Writer {
    /// The value of an attribute.
    public enum AttributeValue: Sendable {
        case string(String)
        case int32(Int32)
        case int64(Int64)
        case uint8(UInt8)
        case double(Double)
        case array(NumericArray)
    }

    public let path: String
    /// nil once the file is finished.
    private var file: HDF5Handle?
    private var output: AtomicFile?

    /// Begins a file that will be called `path`.
    public init(path: String) throws(EEGDataError) {
        self.path = path
        let output = try AtomicFile(path: path)
        file = try HDF5Library.handle(path, "creating the file", close: H5Fclose) { ceeg_h5f_create(output.temporaryPath) }
        self.output = consume output
    }

    /// Puts the finished file under its name.
    public func finish() throws(EEGDataError) {
        guard let file = file.take(), let output = output.take() else { throw finished() }
        try file.close(path)
        try output.commit()
    }

    /// Makes a group; those above it are made as well.
    public func createGroup(_ group: String) throws(EEGDataError) {
        let links = try linkProperties()
        let file = try openFile()
        _ = try HDF5Library.handle(path, "creating the group \(group)", close: H5Gclose) { H5Gcreate2(file, group, links.id, 0, 0) }
    }

    /// Writes a dataset.
    ///
    /// - Parameters:
    ///   - chunks: the shape of the chunks; nil stores the elements in one piece, or for compression in chunks of about a megabyte.
    ///   - compression: the level of gzip, 1 to 9, behind the shuffle filter; nil for none.
    public func write(
        _ array: NumericArray, to dataset: String, chunks: [Int]? = nil, compression: Int? = nil
    ) throws(EEGDataError) {
        let type = HDF5Library.type(of: array.values)
        let handle = try create(
            dataset, type: type, shape: array.shape, isGrowing: false, chunks: chunks ?? (compression == nil ? nil : Self.chunks(for: array.shape)),
            compression: compression)
        try array.values.withBytes { (bytes) throws(EEGDataError) in
            try HDF5Library.check(path, "writing \(dataset)") { H5Dwrite(handle.id, type, 0, 0, 0, bytes.baseAddress) }
        }
    }

    /// Writes a dataset of texts along one axis.
    public func write(_ texts: [String], to dataset: String) throws(EEGDataError) {
        let type = try HDF5Library.handle(path, "making a type of texts", close: H5Tclose) { ceeg_h5t_text() }
        let handle = try create(dataset, type: type.id, shape: [texts.count], isGrowing: false, chunks: nil, compression: nil)
        guard !texts.isEmpty else { return }
        try withTexts(texts) { (pointers) throws(EEGDataError) in
            try HDF5Library.check(path, "writing \(dataset)") { H5Dwrite(handle.id, type.id, 0, 0, 0, pointers) }
        }
    }

    /// Makes an empty dataset to which `append` adds along the first axis.
    ///
    /// - Parameters:
    ///   - elementShape: the shape of one element of the first axis.
    ///   - chunkLength: elements of the first axis in a chunk.
    public func createGrowingDataset(
        _ dataset: String, of type: NumericArray.Values, elementShape: [Int], chunkLength: Int, compression: Int? = nil
    ) throws(EEGDataError) {
        _ = try create(
            dataset, type: HDF5Library.type(of: type), shape: [0] + elementShape, isGrowing: true, chunks: [chunkLength] + elementShape,
            compression: compression)
    }

    /// Adds elements along the first axis of a dataset that `createGrowingDataset` made.
    public func append(_ array: NumericArray, to dataset: String) throws(EEGDataError) {
        let file = try openFile()
        let handle = try HDF5Library.handle(path, "opening \(dataset)", close: H5Dclose) { H5Dopen2(file, dataset, 0) }
        let old = try HDF5Library.handle(path, "reading the shape of \(dataset)", close: H5Sclose) { H5Dget_space(handle.id) }
        var shape = [hsize_t](repeating: 0, count: 32)
        let rank = Int(HDF5Library.locked { H5Sget_simple_extent_dims(old.id, &shape, nil) })
        guard rank == array.shape.count, rank > 0, zip(shape.dropFirst(), array.shape.dropFirst()).allSatisfy({ $0 == hsize_t($1) }) else {
            throw .invalidArgument(
                name: "array for \(dataset)", expected: "elements of the shape \(shape.prefix(max(rank, 0)).dropFirst())", found: "\(array.shape)")
        }
        var start = [hsize_t](repeating: 0, count: rank)
        start[0] = shape[0]
        shape[0] += hsize_t(array.shape[0])
        let counts = array.shape.map { hsize_t($0) }
        try HDF5Library.check(path, "extending \(dataset)") { H5Dset_extent(handle.id, shape) }
        let space = try HDF5Library.handle(path, "reading the shape of \(dataset)", close: H5Sclose) { H5Dget_space(handle.id) }
        let memory = try HDF5Library.handle(path, "making a shape", close: H5Sclose) { H5Screate_simple(Int32(rank), counts, nil) }
        try HDF5Library.check(path, "writing \(dataset)") { H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, counts, nil) }
        let type = HDF5Library.type(of: array.values)
        try array.values.withBytes { (bytes) throws(EEGDataError) in
            try HDF5Library.check(path, "writing \(dataset)") { H5Dwrite(handle.id, type, memory.id, space.id, 0, bytes.baseAddress) }
        }
    }

    /// Gives a group or a dataset an attribute.
    public func setAttribute(_ name: String, of object: String, to value: AttributeValue) throws(EEGDataError) {
        switch value {
        case .string(let text):
            let type = try HDF5Library.handle(path, "making a type of texts", close: H5Tclose) { ceeg_h5t_text() }
            let attribute = try createAttribute(name, of: object, type: type.id, shape: [])
            try withTexts([text]) { (pointers) throws(EEGDataError) in
                try HDF5Library.check(path, "writing the attribute \(name) of \(object)") { H5Awrite(attribute.id, type.id, pointers) }
            }
        case .int32(let number): try setAttribute(name, of: object, to: .array(NumericArray(shape: [], values: .int32([number]))))
        case .int64(let number): try setAttribute(name, of: object, to: .array(NumericArray(shape: [], values: .int64([number]))))
        case .uint8(let number): try setAttribute(name, of: object, to: .array(NumericArray(shape: [], values: .uint8([number]))))
        case .double(let number): try setAttribute(name, of: object, to: .array(NumericArray(shape: [], values: .double([number]))))
        case .array(let array):
            let type = HDF5Library.type(of: array.values)
            let attribute = try createAttribute(name, of: object, type: type, shape: array.shape)
            try array.values.withBytes { (bytes) throws(EEGDataError) in
                try HDF5Library.check(path, "writing the attribute \(name) of \(object)") { H5Awrite(attribute.id, type, bytes.baseAddress) }
            }
        }
    }

    // MARK: Steps

    private func finished() -> EEGDataError {
        .invalidArgument(name: "writer of \(path)", expected: "a file that is not finished", found: "a finished one")
    }

    private func openFile() throws(EEGDataError) -> hid_t {
        guard let file else { throw finished() }
        return file.id
    }

    /// Groups on the way to an object are made as they are needed.
    private func linkProperties() throws(EEGDataError) -> HDF5Handle {
        let links = try HDF5Library.handle(path, "making properties", close: H5Pclose) { ceeg_h5p_link_create() }
        try HDF5Library.check(path, "making properties") { H5Pset_create_intermediate_group(links.id, 1) }
        return links
    }

    private func space(_ shape: [Int], isGrowing: Bool) throws(EEGDataError) -> HDF5Handle {
        let extents = shape.map { hsize_t($0) }
        var largest = extents
        if isGrowing { largest[0] = .max }
        return try HDF5Library.handle(path, "making a shape", close: H5Sclose) {
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, largest)
        }
    }

    private func create(
        _ dataset: String, type: hid_t, shape: [Int], isGrowing: Bool, chunks: [Int]?, compression: Int?
    ) throws(EEGDataError) -> HDF5Handle {
        let space = try space(shape, isGrowing: isGrowing)
        let links = try linkProperties()
        let properties = try HDF5Library.handle(path, "making properties", close: H5Pclose) { ceeg_h5p_dataset_create() }
        if let chunks {
            guard chunks.count == shape.count, chunks.allSatisfy({ $0 > 0 }) else {
                throw .invalidArgument(name: "chunks of \(dataset)", expected: "\(shape.count) numbers above 0", found: "\(chunks)")
            }
            try HDF5Library.check(path, "setting the chunks of \(dataset)") {
                H5Pset_chunk(properties.id, Int32(chunks.count), chunks.map { hsize_t($0) })
            }
        }
        if let compression, chunks != nil {
            try HDF5Library.check(path, "setting the filters of \(dataset)") { H5Pset_shuffle(properties.id) }
            try HDF5Library.check(path, "setting the filters of \(dataset)") { H5Pset_deflate(properties.id, UInt32(clamping: compression)) }
        }
        let file = try openFile()
        return try HDF5Library.handle(path, "creating \(dataset)", close: H5Dclose) {
            H5Dcreate2(file, dataset, type, space.id, links.id, properties.id, 0)
        }
    }

    private func createAttribute(_ name: String, of object: String, type: hid_t, shape: [Int]) throws(EEGDataError) -> HDF5Handle {
        let space = try space(shape, isGrowing: false)
        let file = try openFile()
        return try HDF5Library.handle(path, "creating the attribute \(name) of \(object)", close: H5Aclose) {
            H5Acreate_by_name(file, object, name, type, space.id, 0, 0, 0)
        }
    }

    /// Whole rows of the last axes, about a million elements together; nil for a single element, which cannot be cut.
    private static func chunks(for shape: [Int]) -> [Int]? {
        guard !shape.isEmpty, !shape.contains(0) else { return nil }
        var room = 1 << 18
        var chunks = shape
        for axis in shape.indices.reversed() {
            chunks[axis] = max(1, min(shape[axis], room))
            room /= chunks[axis]
        }
        return chunks
    }

    /// C strings of texts, as the library wants them.
    private func withTexts(
        _ texts: [String], _ body: (UnsafeRawPointer?) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        var bytes: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            guard !text.utf8.contains(0) else {
                throw .invalidArgument(name: "text", expected: "no zero bytes", found: "\"\(text)\"")
            }
            starts.append(bytes.count)
            bytes += text.utf8CString
        }
        var failure: EEGDataError?
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let pointers = starts.map { base + $0 }
            pointers.withUnsafeBytes { pointers in
                do throws(EEGDataError) { try body(pointers.baseAddress) } catch { failure = error }
            }
        }
        if let failure { throw failure }
    }
}
