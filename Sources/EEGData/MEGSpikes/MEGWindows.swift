/// A window of MEG with its labels, as the schema `meg-windows` stores it.
public struct MEGWindow: Sendable, Equatable {
    /// `[channel, time]` in row-major order, in the unit of the file.
    public var samples: [Float]
    /// Whether there is a spike in the window.
    public var isSpike: Bool
    /// For each sample whether it belongs to a spike.
    public var sampleLabels: [Bool]
    /// The middle of the window in seconds from the start of its block.
    public var time: Double
    /// The place of the block's name among the file's block names.
    public var block: Int
    /// The number of the subject.
    public var subject: Int

    public init(samples: [Float], isSpike: Bool, sampleLabels: [Bool], time: Double, block: Int, subject: Int) {
        self.samples = samples
        self.isSpike = isSpike
        self.sampleLabels = sampleLabels
        self.time = time
        self.block = block
        self.subject = subject
    }
}

/// What the windows of a file have in common: the attributes and names of the schema `meg-windows`.
public struct MEGWindowsHeader: Sendable, Equatable {
    /// Samples a second.
    public var samplingRate: Double
    /// By what the values in tesla were multiplied.
    public var scale: Double
    public var unit: String
    public var channelNames: [String]
    /// The names of the CTF data sets.
    public var blockNames: [String]
    /// Samples of a window.
    public var windowLength: Int
    public var createdBy: String

    public init(
        samplingRate: Double = 150, scale: Double = 1, unit: String = "T", channelNames: [String], blockNames: [String], windowLength: Int,
        createdBy: String = "swift-eeg"
    ) {
        self.samplingRate = samplingRate
        self.scale = scale
        self.unit = unit
        self.channelNames = channelNames
        self.blockNames = blockNames
        self.windowLength = windowLength
        self.createdBy = createdBy
    }
}

/// Labelled windows of MEG in an HDF5 file of the schema `meg-windows`, version 1. Windows are read as they are asked for.
public struct MEGWindows: Sendable {
    static let format = "meg-windows"
    public let header: MEGWindowsHeader
    /// For each window whether there is a spike in it.
    public let labels: [Bool]
    /// For each window its middle in seconds from the start of its block.
    public let times: [Double]
    public let blocks: [Int]
    public let subjects: [Int]
    private let windows: HDF5Dataset
    private let sampleLabels: HDF5Dataset

    /// - Throws: `EEGDataError` that names the field that breaks the schema.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        let file = try HDF5File(contentsOf: path, limits: limits)
        let root = try file.root
        func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
            .malformed(file: path, format: Self.format, offset: nil, field: field, expected: expected, found: found)
        }
        let format = root.attribute("format")?.string
        guard format == Self.format else { throw malformed("/ attribute format", expected: Self.format, found: format ?? "none") }
        let version = root.attribute("version")?.integer
        guard version == 1 else { throw malformed("/ attribute version", expected: "1", found: version.map(String.init) ?? "none") }
        guard let samplingRate = root.attribute("sampling_rate")?.double, samplingRate > 0, samplingRate.isFinite else {
            throw malformed("/ attribute sampling_rate", expected: "a positive number", found: "none")
        }
        windows = try file.dataset("/windows")
        sampleLabels = try file.dataset("/labels_t")
        let shape = windows.shape
        guard shape.count == 3 else { throw malformed("/windows", expected: "[window, channel, time]", found: "\(shape)") }
        let names = try file.dataset("/channel_names").strings()
        guard names.count == shape[1] else { throw malformed("/channel_names", expected: "\(shape[1])", found: "\(names.count)") }
        guard sampleLabels.shape == [shape[0], shape[2]] else {
            throw malformed("/labels_t", expected: "[\(shape[0]), \(shape[2])]", found: "\(sampleLabels.shape)")
        }
        func dataset(_ name: String) throws(EEGDataError) -> HDF5Dataset {
            let dataset = try file.dataset(name)
            guard dataset.shape == [shape[0]] else { throw malformed(name, expected: "[\(shape[0])]", found: "\(dataset.shape)") }
            return dataset
        }
        let blockNames = try file.dataset("/block_names").strings()
        labels = try dataset("/labels").integers().map { $0 != 0 }
        times = try dataset("/timing").doubles()
        blocks = try dataset("/block").integers()
        subjects = try dataset("/subject").integers()
        if let window = blocks.firstIndex(where: { !blockNames.indices.contains($0) }) {
            throw malformed("/block[\(window)]", expected: "below \(blockNames.count)", found: "\(blocks[window])")
        }
        header = MEGWindowsHeader(
            samplingRate: samplingRate, scale: windows.attribute("scale")?.double ?? 1, unit: windows.attribute("unit")?.string ?? "",
            channelNames: names, blockNames: blockNames, windowLength: shape[2], createdBy: root.attribute("created_by")?.string ?? "")
    }

    /// The number of windows.
    public var count: Int { labels.count }

    /// One window with its labels.
    public func window(_ index: Int) throws(EEGDataError) -> MEGWindow {
        guard labels.indices.contains(index) else {
            throw .invalidArgument(name: "window", expected: "0 to \(count - 1)", found: "\(index)")
        }
        let samples = try windows.floats(in: [index..<(index + 1), 0..<header.channelNames.count, 0..<header.windowLength])
        let marks = try sampleLabels.integers(in: [index..<(index + 1), 0..<header.windowLength])
        return MEGWindow(
            samples: samples, isSpike: labels[index], sampleLabels: marks.map { $0 != 0 }, time: times[index], block: blocks[index],
            subject: subjects[index])
    }

    /// The samples of several windows, `[window, channel, time]` in row-major order.
    public func samples(of range: Range<Int>) throws(EEGDataError) -> [Float] {
        try windows.floats(in: [range, 0..<header.channelNames.count, 0..<header.windowLength])
    }
}

/// Writes labelled windows in the schema `meg-windows`, as they come.
public final class MEGWindowsWriter {
    private let writer: HDF5Writer
    private let header: MEGWindowsHeader

    /// - Parameter compression: the level of gzip; nil for none.
    public init(path: String, header: MEGWindowsHeader, compression: Int? = 4) throws(EEGDataError) {
        guard !header.channelNames.isEmpty, header.windowLength > 0 else {
            throw .invalidArgument(name: "windows", expected: "channels and samples", found: "\(header.channelNames.count) x \(header.windowLength)")
        }
        self.header = header
        writer = try HDF5Writer(path: path)
        try writer.setAttribute("format", of: "/", to: .string(MEGWindows.format))
        try writer.setAttribute("version", of: "/", to: .int32(1))
        try writer.setAttribute("sampling_rate", of: "/", to: .double(header.samplingRate))
        try writer.setAttribute("created_by", of: "/", to: .string(header.createdBy))
        try writer.write(header.channelNames, to: "/channel_names")
        try writer.write(header.blockNames, to: "/block_names")
        let shape = [header.channelNames.count, header.windowLength]
        try writer.createGrowingDataset("/windows", of: .float([]), elementShape: shape, chunkLength: 1, compression: compression)
        try writer.setAttribute("scale", of: "/windows", to: .double(header.scale))
        try writer.setAttribute("unit", of: "/windows", to: .string(header.unit))
        try writer.createGrowingDataset("/labels", of: .uint8([]), elementShape: [], chunkLength: 1024)
        try writer.createGrowingDataset("/labels_t", of: .uint8([]), elementShape: [header.windowLength], chunkLength: 256, compression: compression)
        try writer.createGrowingDataset("/timing", of: .double([]), elementShape: [], chunkLength: 1024)
        try writer.createGrowingDataset("/block", of: .int32([]), elementShape: [], chunkLength: 1024)
        try writer.createGrowingDataset("/subject", of: .int32([]), elementShape: [], chunkLength: 1024)
    }

    /// Adds windows; many at once are quicker than one by one.
    public func append(_ windows: [MEGWindow]) throws(EEGDataError) {
        let (channels, length) = (header.channelNames.count, header.windowLength)
        for (index, window) in windows.enumerated() {
            guard window.samples.count == channels * length, window.sampleLabels.count == length, header.blockNames.indices.contains(window.block)
            else {
                throw .invalidArgument(
                    name: "window \(index)", expected: "\(channels) x \(length) samples, \(length) labels, a block below \(header.blockNames.count)",
                    found: "\(window.samples.count), \(window.sampleLabels.count), \(window.block)")
            }
        }
        guard !windows.isEmpty else { return }
        let count = windows.count
        try writer.append(NumericArray(shape: [count, channels, length], values: .float(windows.flatMap(\.samples))), to: "/windows")
        try writer.append(NumericArray(shape: [count], values: .uint8(windows.map { $0.isSpike ? 1 : 0 })), to: "/labels")
        let marks: [UInt8] = windows.flatMap { $0.sampleLabels.map { $0 ? 1 : 0 } }
        try writer.append(NumericArray(shape: [count, length], values: .uint8(marks)), to: "/labels_t")
        try writer.append(NumericArray(shape: [count], values: .double(windows.map(\.time))), to: "/timing")
        try writer.append(NumericArray(shape: [count], values: .int32(windows.map { Int32(clamping: $0.block) })), to: "/block")
        try writer.append(NumericArray(shape: [count], values: .int32(windows.map { Int32(clamping: $0.subject) })), to: "/subject")
    }

    /// Puts the finished file under its name.
    public func finish() throws(EEGDataError) { try writer.finish() }
}
