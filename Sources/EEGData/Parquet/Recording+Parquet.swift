extension Recording {
    /// A recording from a Parquet file that holds one column for each channel and one row for each sample.
    ///
    /// Such files do not tell their sampling rate or unit. Missing values are NaN. Samples stay in the file until they are asked for.
    ///
    /// - Parameters:
    ///   - samplingRate: rows a second.
    ///   - columns: the channels; by default all columns of floating-point numbers.
    ///   - unit: the unit of all channels.
    public init(
        parquet path: String, samplingRate: Double, columns: [String]? = nil, unit: PhysicalUnit = .microvolt,
        limits: ReadLimits = .standard
    ) throws(EEGDataError) {
        guard samplingRate > 0, samplingRate.isFinite else {
            throw .invalidArgument(name: "sampling rate", expected: "a positive number", found: "\(samplingRate)")
        }
        let file = try ParquetFile(contentsOf: path, limits: limits)
        let names = columns ?? file.fields.filter { $0.type == .float || $0.type == .double }.map(\.name)
        for name in names {
            let field = file.fields[try uniqueIndex(of: name, in: file.fields.map(\.name))]
            guard let type = field.type, type != .string, type != .bytes else {
                throw .invalidArgument(
                    name: "column \(name)", expected: "numbers", found: field.refusal ?? field.type.map { "\($0)" } ?? "another type")
            }
        }
        guard !names.isEmpty else { throw .empty(what: path, reason: "no column holds floating-point numbers") }
        let channels = names.map { Channel(label: $0, unit: unit, samplingRate: samplingRate, sampleCount: file.rowCount) }
        self = Recording(channels: channels, source: ParquetSource(file: file, names: names)).opened(from: file.file)
    }

    /// Writes the samples as Parquet: for each channel a column of Float of its label. They are read and written row group by row group, of 64 MiB
    /// at most.
    ///
    /// - Throws: also where channels differ in their number of samples, or the recording has gaps.
    public func writeParquet(to path: String) throws(EEGDataError) {
        try checkForOneSegment(format: "Parquet")
        let count = channels.first?.sampleCount ?? 0
        if let other = channels.first(where: { $0.sampleCount != count }) {
            throw .invalidArgument(name: "samples of \(other.label)", expected: "\(count), as \(channels[0].label)", found: "\(other.sampleCount)")
        }
        var writer = try ParquetWriter(path: path, columns: channels.map { ParquetColumn(name: $0.label, [Float]()) })
        let rows = max(1, min(1 << 20, (1 << 24) / max(1, channels.count)))
        for start in stride(from: 0, to: count, by: rows) {
            let range = start..<min(start + rows, count)
            let samples = try samples(of: Array(channels.indices), in: channels.map { _ in range })
            try writer.append(zip(channels, samples).map { ParquetColumn(name: $0.label, $1) }, rows: 0..<range.count)
        }
        try writer.finish()
    }
}

/// Samples of a Parquet file, read as they are asked for.
private struct ParquetSource: SignalSource {
    let file: ParquetFile
    let names: [String]

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var samples = [[Float]](repeating: [], count: channels.count)
        // Channels over the same rows are read together.
        var slots: [Range<Int>: [Int]] = [:]
        for (slot, range) in ranges.enumerated() { slots[range, default: []].append(slot) }
        for (rows, slots) in slots {
            let table = try file.table(of: slots.map { names[channels[$0]] }, rows: rows)
            for (slot, column) in zip(slots, table.columns) { samples[slot] = try column.floats() }
        }
        return samples
    }

    /// No channel has a digitization.
    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) -> [[Int32]] { [] }
}
