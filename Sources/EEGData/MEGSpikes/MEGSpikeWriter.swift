/// Writes the MEG recordings of one patient in the schema `meg-spikes-raw`, block by block.
public final class MEGSpikeWriter {
    private let writer: HDF5Writer
    private let header: MEGSpikeHeader
    private let compression: Int?

    /// - Parameter compression: the level of gzip; nil for none.
    public init(path: String, header: MEGSpikeHeader, compression: Int? = nil) throws(EEGDataError) {
        guard header.positions.count == header.channelNames.count, header.positions.allSatisfy({ $0.count == 3 }) else {
            throw .invalidArgument(
                name: "positions", expected: "three numbers for each of \(header.channelNames.count) sensors", found: "\(header.positions.count)")
        }
        self.header = header
        self.compression = compression
        writer = try HDF5Writer(path: path)
        try writer.setAttribute("format", of: "/", to: .string(MEGSpikeRecording.format))
        try writer.setAttribute("version", of: "/", to: .int32(1))
        try writer.setAttribute("patient", of: "/", to: .int32(Int32(clamping: header.patient)))
        try writer.setAttribute("sfreq", of: "/", to: .double(header.samplingRate))
        try writer.setAttribute("units", of: "/", to: .string("T"))
        try writer.setAttribute("highpass", of: "/", to: .double(header.highpass))
        try writer.setAttribute("lowpass", of: "/", to: .double(header.lowpass))
        try writer.setAttribute("n_channels", of: "/", to: .int32(Int32(clamping: header.channelNames.count)))
        try writer.setAttribute("created_by", of: "/", to: .string(header.createdBy))
        try writer.setAttribute("source_sha256", of: "/", to: .string(header.sourceSHA256))
        try writer.write(header.channelNames, to: "/channels/name")
        try writer.write(
            NumericArray(shape: [header.positions.count, 3], values: .double(header.positions.flatMap { $0 })), to: "/channels/position")
        try writer.createGroup("/blocks")
    }

    /// Adds a block.
    ///
    /// - Parameter samples: `[channel, time]` in row-major order, in tesla.
    public func append(_ block: MEGSpikeBlock, samples: [Float]) throws(EEGDataError) {
        let channels = header.channelNames.count
        guard samples.count == channels * block.sampleCount else {
            throw .invalidArgument(
                name: "samples of block \(block.index)", expected: "\(channels) x \(block.sampleCount)", found: "\(samples.count)")
        }
        if let place = samples.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(
                what: "samples of block \(block.index)", channel: header.channelNames[place / block.sampleCount],
                time: Double(place % block.sampleCount) / header.samplingRate)
        }
        for (name, events) in [("events", block.events), ("reannot", block.reannotatedEvents)] {
            for (index, event) in events.enumerated() where !(0..<block.sampleCount).contains(event) || index > 0 && event <= events[index - 1] {
                throw .invalidArgument(
                    name: "\(name)[\(index)] of block \(block.index)", expected: "rising samples in 0..<\(block.sampleCount)", found: "\(event)")
            }
        }
        let digits = String(block.index)
        let group = "/blocks/" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        let chunks = channels > 0 && block.sampleCount > 0 ? [channels, min(1500, block.sampleCount)] : nil
        try writer.write(
            NumericArray(shape: [channels, block.sampleCount], values: .float(samples)), to: "\(group)/meg", chunks: chunks,
            compression: compression)
        for (name, events) in [("events", block.events), ("reannot", block.reannotatedEvents)] {
            try writer.write(NumericArray(shape: [events.count], values: .int64(events.map(Int64.init))), to: "\(group)/\(name)")
        }
        try writer.setAttribute("file", of: group, to: .string(block.file))
        try writer.setAttribute("is_reannotated", of: group, to: .uint8(block.isReannotated ? 1 : 0))
        try writer.setAttribute("n_samples", of: group, to: .int64(Int64(block.sampleCount)))
        try writer.setAttribute("index", of: group, to: .int32(Int32(clamping: block.index)))
    }

    /// Puts the finished file under its name.
    public func finish() throws(EEGDataError) { try writer.finish() }
}
