/// Samples of a WFDB record, read as they are asked for.
struct WFDBSource: SignalSource {
    struct Signal {
        /// The signal's file in `signalFiles`.
        let file: Int
        /// Samples in a frame of the file before those of this signal.
        let offsetInFrame: Int
        let samplesPerFrame: Int
        let skew: Int
        let gain: Double
        let baseline: Int
    }

    /// A signal file with the samples of one signal or of several, interleaved frame by frame.
    struct SignalFile {
        let file: RandomAccessFile
        let format: WFDBFormat
        let byteOffset: Int
        let samplesPerFrame: Int
        /// Whole frames that the file holds.
        let frameCount: Int
    }

    let signals: [Signal]
    /// What is wrong with a file is told when samples of it are asked for: others may be readable.
    let signalFiles: [Result<SignalFile, EEGDataError>]
    let limits: ReadLimits
    var files: [RandomAccessFile] { signalFiles.compactMap { try? $0.get().file } }
    private static let blockSize = 1 << 20

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] { try read(channels, ranges) }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] { try read(channels, ranges) }

    /// The sum of all stored values of each signal of a file modulo 2¹⁶, as headers state it.
    func checksums(of channels: [Int], frameCount: Int) throws(EEGDataError) -> [Int16] {
        let unskewed = unskewed
        var sums = channels.map { _ in Int16(0) }
        let framesInBlock = 1 << 16
        for first in stride(from: 0, to: frameCount, by: framesInBlock) {
            let frames = first..<min(first + framesInBlock, frameCount)
            let ranges = channels.map { (frames.lowerBound * signals[$0].samplesPerFrame)..<(frames.upperBound * signals[$0].samplesPerFrame) }
            for (slot, values) in try unskewed.digitalSamples(of: channels, in: ranges).enumerated() {
                for value in values { sums[slot] &+= Int16(truncatingIfNeeded: value) }
            }
        }
        return sums
    }

    /// The first stored value of each signal, before the skew is undone.
    func firstValues(of channels: [Int]) throws(EEGDataError) -> [Int32] {
        try unskewed.digitalSamples(of: channels, in: channels.map { _ in 0..<1 }).map { $0[0] }
    }

    private var unskewed: WFDBSource { WFDBSource(signals: signals.map(\.withoutSkew), signalFiles: signalFiles, limits: limits) }

    private func read<Value: WFDBValue>(_ channels: [Int], _ ranges: [Range<Int>]) throws(EEGDataError) -> [[Value]] {
        // Of a file that cannot be read the header alone says how many samples there are: memory is taken for others only.
        for channel in channels { _ = try signalFiles[signals[channel].file].get() }
        try limits.check(ranges, bytesPerValue: MemoryLayout<Value>.size)
        var results = ranges.map { [Value](repeating: Value(stored: 0, missing: 0, gain: 1, baseline: 0), count: $0.count) }
        for index in signalFiles.indices {
            let slots = channels.indices.filter { signals[channels[$0]].file == index && !ranges[$0].isEmpty }
            guard !slots.isEmpty else { continue }
            let file = try signalFiles[index].get()
            // Each format by name, so that its loop is compiled for it.
            switch file.format {
            case .int8Offset: try read(file, WFDBFormat80.self, slots, channels, ranges, &results)
            case .int16: try read(file, WFDBFormat16.self, slots, channels, ranges, &results)
            case .int16BigEndian: try read(file, WFDBFormat61.self, slots, channels, ranges, &results)
            case .int12Pairs: try read(file, WFDBFormat212.self, slots, channels, ranges, &results)
            case .int24: try read(file, WFDBFormat24.self, slots, channels, ranges, &results)
            case .int32: try read(file, WFDBFormat32.self, slots, channels, ranges, &results)
            }
        }
        return results
    }

    /// Goes once over the frames of a file that hold the ranges.
    private func read<Value: WFDBValue, Samples: WFDBSamples>(
        _ file: SignalFile, _ type: Samples.Type, _ slots: [Int], _ channels: [Int], _ ranges: [Range<Int>], _ results: inout [[Value]]
    ) throws(EEGDataError) {
        // What lies beyond the file because of the skew is missing.
        let stored = slots.map { slot in
            let signal = signals[channels[slot]]
            let shift = signal.skew * signal.samplesPerFrame
            return ((ranges[slot].lowerBound + shift)..<(ranges[slot].upperBound + shift))
                .clamped(to: 0..<(file.frameCount * signal.samplesPerFrame))
        }
        for (slot, range) in zip(slots, stored) where range.count < ranges[slot].count {
            let missing = Value(stored: Samples.missing, missing: Samples.missing, gain: 1, baseline: 0)
            for index in range.count..<ranges[slot].count { results[slot][index] = missing }
        }
        var firstFrame = Int.max
        var endFrame = 0
        for (slot, range) in zip(slots, stored) where !range.isEmpty {
            let perFrame = signals[channels[slot]].samplesPerFrame
            firstFrame = min(firstFrame, range.lowerBound / perFrame)
            endFrame = max(endFrame, (range.upperBound - 1) / perFrame + 1)
        }
        guard firstFrame < endFrame else { return }

        // Blocks begin with a whole pair of samples, for the format that stores pairs.
        firstFrame -= firstFrame % 2
        let framesInBlock = max(2, Self.blockSize / max(1, Samples.size(2 * file.samplesPerFrame)) * 2)
        let largest = min(framesInBlock, endFrame - firstFrame)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Samples.size(largest * file.samplesPerFrame), alignment: 16)
        defer { block.deallocate() }
        guard let bytes = block.baseAddress else { return }
        for blockStart in stride(from: firstFrame, to: endFrame, by: framesInBlock) {
            let frames = blockStart..<min(blockStart + framesInBlock, endFrame)
            try file.file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: block[..<Samples.size(frames.count * file.samplesPerFrame)]),
                at: file.byteOffset + Samples.size(blockStart * file.samplesPerFrame))
            for (slot, range) in zip(slots, stored) {
                let signal = signals[channels[slot]]
                let perFrame = signal.samplesPerFrame
                let wanted = range.clamped(to: (frames.lowerBound * perFrame)..<(frames.upperBound * perFrame))
                guard !wanted.isEmpty else { continue }
                results[slot].withUnsafeMutableBufferPointer { values in
                    let first = wanted.lowerBound - range.lowerBound
                    let (gain, baseline) = (signal.gain, Double(signal.baseline))
                    if perFrame == 1 {
                        var place = (wanted.lowerBound - frames.lowerBound) * file.samplesPerFrame + signal.offsetInFrame
                        for index in 0..<wanted.count {
                            values[first + index] = Value(
                                stored: Samples.load(bytes, place), missing: Samples.missing, gain: gain, baseline: baseline)
                            place += file.samplesPerFrame
                        }
                    } else {
                        for (index, sample) in wanted.enumerated() {
                            let place = (sample / perFrame - frames.lowerBound) * file.samplesPerFrame + signal.offsetInFrame + sample % perFrame
                            values[first + index] = Value(
                                stored: Samples.load(bytes, place), missing: Samples.missing, gain: gain, baseline: baseline)
                        }
                    }
                }
            }
        }
    }
}

/// What stored values are read as.
private protocol WFDBValue {
    init(stored: Int32, missing: Int32, gain: Double, baseline: Double)
}

extension Int32: WFDBValue {
    fileprivate init(stored: Int32, missing: Int32, gain: Double, baseline: Double) { self = stored }
}

extension Float: WFDBValue {
    /// The physical value; not a number where the sample is missing.
    fileprivate init(stored: Int32, missing: Int32, gain: Double, baseline: Double) {
        self = stored == missing ? .nan : Float((Double(stored) - baseline) / gain)
    }
}

extension WFDBSource.Signal {
    fileprivate var withoutSkew: Self {
        Self(file: file, offsetInFrame: offsetInFrame, samplesPerFrame: samplesPerFrame, skew: 0, gain: gain, baseline: baseline)
    }
}
