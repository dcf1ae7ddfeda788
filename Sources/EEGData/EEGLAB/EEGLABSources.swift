/// Samples of an EEGLAB data set that lie in the `.set` file itself.
struct EEGLABMatrixSource: SignalSource {
    /// `[channel, sample, epoch]` in row-major order.
    let values: [Float]
    let samplesPerEpoch: Int
    let epochCount: Int

    func samples(of channels: [Int], in ranges: [Range<Int>]) -> [[Float]] {
        zip(channels, ranges).map { channel, range in
            let start = channel * samplesPerEpoch * epochCount
            guard epochCount > 1 else { return Array(values[(start + range.lowerBound)..<(start + range.upperBound)]) }
            return range.map { values[start + $0 % samplesPerEpoch * epochCount + $0 / samplesPerEpoch] }
        }
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) -> [[Int32]] { channels.map { _ in [] } }
}

/// Samples of an EEGLAB data set in a file of their own, read as they are asked for: Float, little-endian.
struct EEGLABFileSource: SignalSource {
    let file: RandomAccessFile
    let channelCount: Int
    let sampleCount: Int
    /// Whether all samples of a channel lie together, as in old `.dat` files, and not all channels of a sample (`.fdt`).
    let isChannelByChannel: Bool
    let limits: ReadLimits
    var files: [RandomAccessFile] { [file] }
    private static let blockSize = 1 << 20

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        try limits.check(ranges, bytesPerValue: MemoryLayout<Float>.size)
        var results = ranges.map { [Float](repeating: 0, count: $0.count) }
        if isChannelByChannel {
            for (slot, (channel, range)) in zip(channels, ranges).enumerated() {
                try read(4 * (channel * sampleCount + range.lowerBound), into: &results[slot])
            }
            return results
        }
        let wanted = ranges.filter { !$0.isEmpty }
        guard let first = wanted.map(\.lowerBound).min(), let end = wanted.map(\.upperBound).max() else { return results }
        let samplesInBlock = max(1, Self.blockSize / (4 * channelCount))
        var block: [Float] = []
        for blockStart in stride(from: first, to: end, by: samplesInBlock) {
            let stretch = blockStart..<min(blockStart + samplesInBlock, end)
            if block.count != stretch.count * channelCount { block = [Float](repeating: 0, count: stretch.count * channelCount) }
            try read(4 * blockStart * channelCount, into: &block)
            for (slot, (channel, range)) in zip(channels, ranges).enumerated() {
                for sample in range.clamped(to: stretch) {
                    results[slot][sample - range.lowerBound] = block[(sample - blockStart) * channelCount + channel]
                }
            }
        }
        return results
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) -> [[Int32]] { channels.map { _ in [] } }

    private func read(_ offset: Int, into values: inout [Float]) throws(EEGDataError) {
        var failure: EEGDataError?
        values.withUnsafeMutableBytes { bytes in
            do throws(EEGDataError) { try file.read(into: bytes, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
