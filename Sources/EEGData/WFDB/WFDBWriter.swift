extension Recording {
    /// Writes a record of the layout of the PhysioNet Challenge of 2018 into a folder: the header `NAME.hea`, all signals as 16-bit integers in
    /// `NAME.mat`, which is a MATLAB file of version 4 too, and sleep stages and other annotations in `NAME.arousal` if there are any.
    ///
    /// A channel that is stored as 16-bit integers with a physical zero among them keeps these, but for -32,768, which stands for a missing sample in
    /// these files and becomes -32,767; other channels are scaled to the range of their values. Values that are not numbers become missing
    /// samples. Samples are read and written block by block. The files appear when all are complete, the header last: a record of that name stays
    /// as it was until then, and is never mixed with the new one.
    ///
    /// - Parameter name: of the record: letters, digits, `_` and `-`.
    /// - Throws: also where channels differ in rate or length, the recording has gaps, or a label does not fit a line.
    public func writeWFDB(to folder: String, name: String) throws(EEGDataError) {
        try checkWFDB(name: name)
        let scales = try wfdbScales()
        let path = "\(folder)/\(name)"
        var signals = try AtomicFile(path: path + ".mat")
        let sums = try writeWFDBSignals(to: &signals, scales)
        var arousals = try AtomicFile(path: path + ".arousal")
        if !annotations.isEmpty {
            try arousals.write(WFDBAnnotations(sleep: annotations, samplingRate: channels[0].samplingRate).bytes())
        }
        var lines = ["\(name) \(channels.count) \(shortest(channels[0].samplingRate)) \(channels[0].sampleCount)"]
        if let start { lines[0] += " " + start.wfdbText(after: startOffset) }
        for (index, channel) in channels.enumerated() {
            let scale = scales[index]
            let baseline = scale.baseline == 0 ? "" : "(\(scale.baseline))"
            let unit = channel.unit.symbol.isEmpty ? "NU" : channel.unit.symbol
            lines.append(
                "\(name).mat 16+\(Self.wfdbDataOffset) \(shortest(scale.gain))\(baseline)/\(unit) 16 0 \(sums[index].first) "
                    + "\(sums[index].checksum) 0 \(channel.label)")
        }
        var header = try AtomicFile(path: path + ".hea")
        try header.write(lines.map { $0 + "\n" }.joined().utf8)
        // Without a header there is no record while the files are exchanged.
        removeFile(path + ".hea")
        try signals.commit()
        if annotations.isEmpty { removeFile(path + ".arousal") } else { try arousals.commit() }
        try header.commit()
    }

    /// Bytes of the MATLAB header in front of the samples.
    private static let wfdbDataOffset = 24

    private func checkWFDB(name: String) throws(EEGDataError) {
        guard name.wholeMatch(of: #/[A-Za-z0-9_\-]+/#) != nil else {
            throw .invalidArgument(name: "record name", expected: "letters, digits, _ and -", found: name)
        }
        guard let first = channels.first else { throw .empty(what: "record \(name)", reason: "the recording has no channels") }
        try checkForOneSegment(format: "WFDB")
        for channel in channels {
            guard channel.samplingRate == first.samplingRate, channel.sampleCount == first.sampleCount else {
                throw .invalidArgument(
                    name: "channel \(channel.label)", expected: "\(first.sampleCount) samples at \(first.samplingRate) Hz, as \(first.label)",
                    found: "\(channel.sampleCount) at \(channel.samplingRate) Hz")
            }
            guard !channel.label.isEmpty, !channel.label.contains(where: \.isNewline), !channel.unit.symbol.contains(where: \.isWhitespace)
            else {
                throw .invalidArgument(
                    name: "channel \(channel.label)", expected: "a label in one line, a unit without spaces", found: channel.unit.symbol)
            }
        }
        guard channels.count <= Int(Int32.max), first.sampleCount <= Int(Int32.max) else {
            throw .invalidArgument(name: "samples of \(name)", expected: "\(Int32.max) at most", found: "\(first.sampleCount)")
        }
    }

    /// Stored integers of a channel: `physical = (stored − baseline) / gain`.
    private struct WFDBScale {
        let gain: Double
        let baseline: Int
        /// Whether the stored integers of the source are these.
        let isStored: Bool
    }

    private func wfdbScales() throws(EEGDataError) -> [WFDBScale] {
        var scales: [WFDBScale?] = channels.map { channel in
            guard let digitization = channel.digitization, digitization.isDefined, digitization.digitalMinimum >= -32768,
                digitization.digitalMaximum <= 32767, digitization.step != 0
            else { return nil }
            // The step is a quotient of rounded numbers: a gain that is all but whole is whole.
            let quotient = 1 / digitization.step
            let gain = abs(quotient - quotient.rounded()) < 1e-9 * abs(quotient) ? quotient.rounded() : quotient
            let baseline = Double(digitization.digitalMinimum) - digitization.physicalMinimum * gain
            guard let whole = Int(exactly: baseline.rounded()), abs(baseline - baseline.rounded()) < 1e-6, abs(whole) <= Int(Int32.max) else {
                return nil
            }
            return WFDBScale(gain: gain, baseline: whole, isStored: true)
        }
        let others = channels.indices.filter { scales[$0] == nil }
        guard !others.isEmpty else { return scales.compactMap { $0 } }
        var largest = channels.map { _ in Float(0) }
        try forEachWFDBBlock { (range) throws(EEGDataError) in
            for (index, values) in zip(others, try samples(of: others, in: others.map { _ in range })) {
                for value in values where abs(value) > largest[index] && value.isFinite { largest[index] = abs(value) }
            }
        }
        for index in others {
            // Two digits, rounded down: short in the header, and the range is not left.
            let exact = largest[index] > 0 ? 32_000 / Double(largest[index]) : 1
            let digit = exact.decimalStep / 10
            scales[index] = WFDBScale(gain: (exact / digit).rounded(.down) * digit, baseline: 0, isStored: false)
        }
        return scales.compactMap { $0 }
    }

    /// Writes the samples, frame by frame; returns for each channel the first and the sum of all.
    private func writeWFDBSignals(
        to file: inout AtomicFile, _ scales: [WFDBScale]
    ) throws(EEGDataError) -> [(first: Int16, checksum: Int16)] {
        // Type 30: int16, little-endian; a row for each channel, real, and a name of four bytes.
        for value in [30, Int32(channels.count), Int32(channels[0].sampleCount), 0, 4] {
            try file.write(withUnsafeBytes(of: value.littleEndian) { Array($0) })
        }
        try file.write(Array("val\0".utf8))
        var sums: [(first: Int16, checksum: Int16)] = channels.map { _ in (0, 0) }
        let stored = channels.indices.filter { scales[$0].isStored }
        let scaled = channels.indices.filter { !scales[$0].isStored }
        try forEachWFDBBlock { (range) throws(EEGDataError) in
            var frames = [Int16](repeating: 0, count: range.count * channels.count)
            func store(_ index: Int, _ values: some Collection<Int16>) {
                var place = index
                for value in values {
                    frames[place] = value.littleEndian
                    sums[index].checksum &+= value
                    place += channels.count
                }
                if range.lowerBound == 0 { sums[index].first = values.first ?? 0 }
            }
            for (index, values) in zip(stored, try digitalSamples(of: stored, in: stored.map { _ in range })) {
                let missing = channels[index].digitization?.missing.map { Int32(clamping: $0) }
                // The lowest integer stands for a missing sample.
                store(index, values.lazy.map { $0 == missing ? .min : max(-32767, Int16(clamping: $0)) })
            }
            for (index, values) in zip(scaled, try samples(of: scaled, in: scaled.map { _ in range })) {
                let gain = scales[index].gain
                store(index, values.lazy.map { $0.isNaN ? .min : Int16(max(-32767, min(32767, (Double($0) * gain).rounded()))) })
            }
            try file.write(frames.withUnsafeBytes { Array($0) })
        }
        return sums
    }

    /// About a megabyte of frames at a time.
    private func forEachWFDBBlock(_ body: (Range<Int>) throws(EEGDataError) -> Void) throws(EEGDataError) {
        let count = channels[0].sampleCount
        let block = max(1, (1 << 18) / channels.count)
        for first in stride(from: 0, to: count, by: block) { try body(first..<min(first + block, count)) }
    }
}

extension StartTime {
    /// The time, to the microsecond, and the date of the first sample: `HH:MM:SS[.ffffff] DD/MM/YYYY`.
    fileprivate func wfdbText(after offset: Double) -> String {
        let microseconds = Int((max(-1e10, min(1e10, offset)) * 1e6).rounded())
        let fraction = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let time = advanced(by: (microseconds - fraction) / 1_000_000)
        func padded(_ value: Int, _ width: Int = 2) -> String { String(repeating: "0", count: max(0, width - "\(value)".count)) + "\(value)" }
        let clock = [time.hour, time.minute, time.second].map { padded($0) }.joined(separator: ":")
        return "\(clock)\(fraction > 0 ? "." + padded(fraction, 6) : "") \(padded(time.day))/\(padded(time.month))/\(padded(time.year, 4))"
    }
}

extension Double {
    /// The power of ten of the first digit.
    fileprivate var decimalStep: Double {
        var step = 1.0
        while step * 10 <= self { step *= 10 }
        while step > self, step > 1e-300 { step /= 10 }
        return step
    }
}
