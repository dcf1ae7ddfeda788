/// HDF5 files of the schema `meg-spikes-raw`, by the attribute that names it.
enum MEGSpikeFormat: RecordingFormat {
    static let name = MEGSpikeRecording.format

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool {
        guard beginning.starts(with: [0x89] + Array("HDF".utf8)) else { return false }
        return (try? HDF5File(file, limits: .standard).root.attribute("format"))?.string == name
    }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        let contents = try MEGSpikeRecording(HDF5File(file, limits: options.limits))
        let (header, blocks) = (contents.header, contents.blocks)
        var starts = [0]
        for block in blocks {
            let (end, overflow) = starts[starts.count - 1].addingReportingOverflow(block.sampleCount)
            guard !overflow, end <= 1 << 48 else {
                throw .malformed(
                    file: file.path, format: name, offset: nil, field: "/blocks", expected: "at most 48 bits of samples", found: "more")
            }
            starts.append(end)
        }
        let count = starts[blocks.count]
        let channels = zip(header.channelNames, header.positions).map { label, position in
            var channel = Channel(label: label, kind: .meg, unit: .tesla, samplingRate: header.samplingRate, sampleCount: count)
            if position.allSatisfy(\.isFinite) { channel.position = SIMD3(position[0], position[1], position[2]) }
            return channel
        }
        let segments = zip(blocks, starts).map { block, start in
            let seconds = Double(start) / header.samplingRate
            return Segment(start: seconds, storedStart: seconds, duration: Double(block.sampleCount) / header.samplingRate)
        }
        let annotations = zip(blocks, starts).flatMap { block, start in
            block.spikes.map { Annotation(onset: Double(start + $0) / header.samplingRate, text: "spike") }
        }
        var notes = blocks.map { "block \($0.index): \($0.file)" }
        if blocks.count > 1 { notes.append("how much time lies between the blocks is not known") }
        var recording = Recording(
            channels: channels, source: MEGSpikeSource(blocks: contents.signals, starts: starts), annotations: annotations,
            segments: blocks.isEmpty ? nil : segments, notes: notes)
        recording.subject = "\(header.patient)"
        return recording
    }
}

/// The blocks of a file, one after the other.
private struct MEGSpikeSource: SignalSource {
    let blocks: [HDF5Dataset]
    /// For each block its first sample, and the end of the last one.
    let starts: [Int]

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results = [[Float]](repeating: [], count: channels.count)
        for range in Set(ranges) where !range.isEmpty {
            let slots = channels.indices.filter { ranges[$0] == range }
            let wanted = slots.map { channels[$0] }
            guard let first = wanted.min(), let last = wanted.max() else { continue }
            // No range reaches over the end of a block. Chunks hold all channels: those in between cost little.
            let block = (starts.firstIndex { $0 > range.lowerBound } ?? blocks.count) - 1
            let inBlock = (range.lowerBound - starts[block])..<(range.upperBound - starts[block])
            let values = try blocks[block].floats(in: [first..<(last + 1), inBlock])
            for (slot, channel) in zip(slots, wanted) {
                results[slot] = Array(values[((channel - first) * range.count)..<((channel - first + 1) * range.count)])
            }
        }
        return results
    }
}
