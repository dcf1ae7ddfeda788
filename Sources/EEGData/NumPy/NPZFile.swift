/// Arrays that NumPy saved together: a ZIP archive of NPY files, stored or deflated.
public struct NPZFile: Sendable {
    private let file: RandomAccessFile
    private let entries: [ZIPEntry]
    private let limits: ReadLimits

    /// Reads the list of arrays.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        file = try RandomAccessFile(path: path)
        entries = try ZIPEntry.entries(of: file)
        self.limits = limits
        var names: Set<String> = []
        for name in self.names where !names.insert(name).inserted {
            throw .malformed(
                file: path, format: "NPZ", offset: nil, field: "names", expected: "names of their own", found: "\(name) more than once")
        }
    }

    /// The names of the arrays.
    public var names: [String] { entries.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name } }

    /// Reads the array of this name.
    public func array(_ name: String) throws(EEGDataError) -> NumericArray {
        let entry = entries[try uniqueIndex(of: name, in: names)]
        let range = try entry.range(in: file)
        let place = FilePlace(file: file.path, format: "NPZ", offset: range.lowerBound, field: "array \(name)")
        guard entry.method == 0 || entry.method == 8 else { throw place.unsupported("ZIP compression method \(entry.method)") }
        let stream = entry.method == 8 ? try InflateStream(file, range: range, container: .none, at: place) : nil
        var position = range.lowerBound
        var checksum: UInt32 = 0
        let array = try NumericArray(npyAt: place, size: entry.size, limits: limits) { (memory) throws(EEGDataError) in
            var count = 0
            if let stream {
                count = try stream.read(into: memory)
            } else {
                count = min(memory.count, range.upperBound - position)
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<count]), at: position)
                position += count
            }
            guard count == memory.count else { throw place.malformed(expected: "\(memory.count) bytes", found: "\(count)") }
            checksum = crc32(UnsafeRawBufferPointer(memory), continuing: checksum)
        }
        guard checksum == entry.checksum else {
            throw place.malformed(expected: "bytes of checksum \(entry.checksum)", found: "\(checksum)")
        }
        return array
    }
}
