#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Recording {
    /// The recording with its computed signals kept in a file, from which they are read from now on: filters and resampling run once, however
    /// often windows are read and in however many programs.
    ///
    /// The file's name is a hash of where the samples come from (path, size and time of change of all files that hold them, as they were when
    /// they were opened; the samples themselves where they are in memory), of all processing steps with their settings, and of the version of
    /// the computation; any difference gives another file. A file is written beside its place and moved there in one step, so programs that share the folder never see half of one; if two of
    /// them make the same file, one of both remains. A file that does not hold what its own checksum says is made again, with a remark in
    /// `notes`. Memory: one block of 65,536 samples of each channel.
    ///
    /// - Parameter folder: made where it is missing.
    /// - Throws: what reading the recording and writing the file throw.
    public func cached(in folder: String) throws(EEGDataError) -> Recording {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw .fileSystem(file: folder, operation: "making the cache folder", reason: lastSystemError())
        }
        let key = try cacheKey()
        let path = "\(folder)/\(key).signals"
        let layout = SignalCacheLayout(self)
        if access(path, F_OK) == 0 {
            do throws(EEGDataError) {
                return try opened(path, key: key, layout: layout)
            } catch {
                guard case .malformed = error else { throw error }
                try write(to: path, key: key, layout: layout)
                return try opened(path, key: key, layout: layout).noting(
                    "the cached signals were damaged and have been made again: \(error)")
            }
        }
        try write(to: path, key: key, layout: layout)
        return try opened(path, key: key, layout: layout)
    }

    /// Raised whenever the same settings begin to give other samples.
    private static var computationVersion: String { "2" }

    /// 32 hexadecimal digits that tell what the signals are.
    func cacheKey() throws(EEGDataError) -> String {
        var hash = ContentHash()
        hash.add("swift-eeg signals \(Self.computationVersion)")
        for channel in channels { hash.add("\(channel.label) \(channel.unit.symbol) \(channel.samplingRate) \(channel.sampleCount)") }
        for segment in segments { hash.add("\(segment.start) \(segment.storedStart) \(segment.duration)") }
        for step in processing { hash.add(step) }
        for file in files { hash.add(file.text) }
        if files.isEmpty {
            let layout = SignalCacheLayout(self)
            for block in 0..<layout.blockCount {
                for signal in try samples(of: Array(channels.indices), in: layout.ranges(of: block)) {
                    signal.withUnsafeBytes { hash.add($0) }
                }
            }
        }
        return hash.text
    }

    private func opened(_ path: String, key: String, layout: SignalCacheLayout) throws(EEGDataError) -> Recording {
        let source = try CachedSignals(path: path, key: key, layout: layout)
        let results = channels.map { channel in
            var channel = channel
            channel.digitization = nil
            return channel
        }
        return derived(source, channels: results, by: "cached")
    }

    private func write(to path: String, key: String, layout: SignalCacheLayout) throws(EEGDataError) {
        var file = try AtomicFile(path: path)
        var hash = ContentHash()
        try file.write(Array("\(SignalCacheLayout.magic)\(key)".utf8))
        for block in 0..<layout.blockCount {
            for signal in try samples(of: Array(channels.indices), in: layout.ranges(of: block)) {
                let bytes = signal.withUnsafeBytes { bytes in
                    hash.add(bytes)
                    return Array(bytes)
                }
                try file.write(bytes)
            }
        }
        try file.write(Array(hash.text.utf8))
        try file.commit()
    }
}

/// Where the samples lie in a file: block after block of time, in each block channel after channel.
struct SignalCacheLayout: Sendable {
    /// A cache is read by the kind of machine that wrote it: the order of bytes is the machine's own.
    static let magic = "SEEGSIG1"
    static let headerSize = 40
    static let trailerSize = 32
    /// Samples of a block; blocks end at the ends of segments too, across which nothing can be read.
    private static let blockSize = 65_536

    /// For each block and channel the numbers of the samples.
    private let blocks: [[Range<Int>]]
    /// For each block and channel the place of its first sample in the file.
    private let offsets: [[Int]]
    let fileSize: Int

    init(_ recording: Recording) {
        var blocks: [[Range<Int>]] = []
        for segment in recording.segments {
            let samples = recording.channels.map { segment.samples(of: $0) }
            let parts = ((samples.map(\.count).max() ?? 0) + Self.blockSize - 1) / Self.blockSize
            for part in 0..<parts {
                blocks.append(
                    samples.map { range in
                        // The same share of each channel, whatever its rate.
                        (range.lowerBound + range.count * part / parts)..<(range.lowerBound + range.count * (part + 1) / parts)
                    })
            }
        }
        self.blocks = blocks
        var place = Self.headerSize
        offsets = blocks.map { ranges in
            ranges.map { range in
                defer { place += 4 * range.count }
                return place
            }
        }
        fileSize = place + Self.trailerSize
    }

    var blockCount: Int { blocks.count }

    func ranges(of block: Int) -> [Range<Int>] { blocks[block] }

    /// The parts of the file that hold samples of a channel, in order: places and numbers of samples.
    func parts(of channel: Int, in range: Range<Int>) -> [(offset: Int, count: Int)] {
        // The first block that reaches beyond the start of the range.
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle][channel].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var parts: [(offset: Int, count: Int)] = []
        while low < blocks.count, blocks[low][channel].lowerBound < range.upperBound {
            let part = blocks[low][channel].clamped(to: range)
            if !part.isEmpty { parts.append((offsets[low][channel] + 4 * (part.lowerBound - blocks[low][channel].lowerBound), part.count)) }
            low += 1
        }
        return parts
    }
}

/// Signals that are read from a cache file.
private struct CachedSignals: SignalSource {
    let file: RandomAccessFile
    let layout: SignalCacheLayout

    /// Opens a file and checks all of it against its checksum.
    init(path: String, key: String, layout: SignalCacheLayout) throws(EEGDataError) {
        file = try RandomAccessFile(path: path)
        self.layout = layout
        func malformed(_ field: String, _ expected: String, _ found: String) -> EEGDataError {
            .malformed(file: path, format: "signal cache", offset: nil, field: field, expected: expected, found: found)
        }
        guard file.size == layout.fileSize else { throw malformed("size", "\(layout.fileSize) bytes", "\(file.size)") }
        let header = try file.bytes(at: 0, count: SignalCacheLayout.headerSize)
        guard header == Array("\(SignalCacheLayout.magic)\(key)".utf8) else { throw malformed("header", "the key \(key)", "another") }
        var hash = ContentHash()
        for block in 0..<layout.blockCount {
            for (channel, range) in layout.ranges(of: block).enumerated() {
                for (offset, count) in layout.parts(of: channel, in: range) {
                    try file.bytes(at: offset, count: 4 * count).withUnsafeBytes { hash.add($0) }
                }
                if range.isEmpty { hash.add(UnsafeRawBufferPointer(start: nil, count: 0)) }
            }
        }
        let stored = try file.bytes(at: file.size - SignalCacheLayout.trailerSize, count: SignalCacheLayout.trailerSize)
        guard stored == Array(hash.text.utf8) else { throw malformed("checksum", hash.text, String(decoding: stored, as: UTF8.self)) }
    }

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results: [[Float]] = []
        for (channel, range) in zip(channels, ranges) {
            var signal = [Float](repeating: 0, count: range.count)
            var failure: EEGDataError?
            signal.withUnsafeMutableBytes { target in
                var done = 0
                for (offset, count) in layout.parts(of: channel, in: range) {
                    do throws(EEGDataError) {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: target[done..<(done + 4 * count)]), at: offset)
                    } catch { failure = error }
                    done += 4 * count
                }
            }
            if let failure { throw failure }
            results.append(signal)
        }
        return results
    }
}
