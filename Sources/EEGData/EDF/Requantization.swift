internal import Foundation

extension Recording {
    /// The recording with all channels in integers of 16 or 24 bits, as `writeEDF` and `writeBDF` need them.
    ///
    /// Channels whose integers and whose range fit already stay as they are, and channels of whole numbers, such as codes of events, keep these.
    /// All others are quantized anew: the range of their values, with bounds that eight characters can hold, is divided into 2¹⁶ − 1 or 2²⁴ − 1
    /// steps. No value changes by more than half a step; for each such channel a remark in `notes` tells the step. All samples are read once.
    ///
    /// - Parameter bits: 16 for EDF, 24 for BDF.
    /// - Throws: also where a sample is not a finite number (see `replacingNonFinite`).
    public func requantized(bits: Int) throws(EEGDataError) -> Recording {
        guard bits == 16 || bits == 24 else { throw .invalidArgument(name: "bits", expected: "16 or 24", found: "\(bits)") }
        let kind: EDFKind = bits == 16 ? .edf : .bdf
        let others = channels.indices.filter { channels[$0].digitization?.fits(kind) != true }
        guard !others.isEmpty else { return self }
        let contents = try contents(of: others)
        var results = channels
        for (index, content) in zip(others, contents) { results[index].digitization = content.digitization(for: kind) }
        let source = RequantizedSource(parent: self, channels: results, isNew: results.indices.map { others.contains($0) })
        var result = derived(source, channels: results, by: "quantized to \(bits) bits")
        for (index, content) in zip(others, contents) where !content.keepsValues(in: kind) {
            let step = results[index].digitization.map { "\(Float($0.step))" } ?? ""
            result = result.noting(
                "\(channels[index].label): the values were re-quantized to \(bits) bits, in steps of \(step) \(channels[index].unit)")
        }
        return result
    }

    /// The ranges of some channels, found block by block.
    private func contents(of indices: [Int]) throws(EEGDataError) -> [ValueRange] {
        var contents = [ValueRange](repeating: ValueRange(), count: indices.count)
        let layout = SignalCacheLayout(self)
        for block in 0..<layout.blockCount {
            let ranges = indices.map { layout.ranges(of: block)[$0] }
            for (place, values) in try samples(of: indices, in: ranges).enumerated() {
                guard let bad = contents[place].add(values) else { continue }
                let channel = channels[indices[place]]
                throw .notFinite(
                    what: "samples to be stored as integers", channel: channel.label,
                    time: Double(ranges[place].lowerBound + bad) / channel.samplingRate)
            }
        }
        return contents
    }
}

/// What must be known of values to find integers for them.
private struct ValueRange {
    var lowest = Float.infinity
    var highest = -Float.infinity
    /// Whether all values are whole numbers.
    var isWhole = true

    /// - Returns: the place of the first value that is not finite, if there is one.
    mutating func add(_ values: [Float]) -> Int? {
        for (place, value) in values.enumerated() {
            guard value.isFinite else { return place }
            lowest = min(lowest, value)
            highest = max(highest, value)
            if value != value.rounded() { isWhole = false }
        }
        return nil
    }

    /// Whether the values can be stored as they are: whole numbers within the range of the integers.
    func keepsValues(in kind: EDFKind) -> Bool {
        let range = Double(kind.digitalRange.lowerBound)...Double(kind.digitalRange.upperBound)
        return isWhole && (lowest > highest || range.contains(Double(lowest)) && range.contains(Double(highest)))
    }

    func digitization(for kind: EDFKind) -> Digitization {
        let digital = (kind.digitalRange.lowerBound, kind.digitalRange.upperBound)
        if keepsValues(in: kind) { return Digitization(physical: (Double(digital.0), Double(digital.1)), digital: digital) }
        let lower = Double(lowest).roundedToEightCharacters(.down)
        var upper = Double(highest).roundedToEightCharacters(.up)
        // A constant: a range around it that is not empty.
        if upper == lower { upper = (lower + max(1, lower.magnitude)).roundedToEightCharacters(.up) }
        return Digitization(physical: (lower, upper), digital: digital)
    }
}

extension Digitization {
    /// Whether a header can state it.
    func fits(_ kind: EDFKind) -> Bool {
        isDefined && kind.digitalRange.contains(digitalMinimum) && kind.digitalRange.contains(digitalMaximum)
            && physicalMinimum.inEightCharacters != nil && physicalMaximum.inEightCharacters != nil
    }
}

extension Double {
    /// The number in at most eight characters, to 12 digits.
    var inEightCharacters: String? {
        let shortest = "\(self)"
        var candidates = [shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest]
        candidates += (1...7).map { String(format: "%.\($0)g", self) }
        return candidates.first { text in
            text.utf8.count <= 8 && Double(text).map { abs($0 - self) <= 1e-12 * magnitude } == true
        }
    }

    /// The next number of eight characters: at or above this one for `.up`, at or below it for `.down`.
    fileprivate func roundedToEightCharacters(_ rule: FloatingPointRoundingRule) -> Double {
        guard self != 0 else { return 0 }
        let exponent = Int(log10(magnitude).rounded(.down))
        var candidates: [Double] = []
        for digits in 1...7 {
            let power = exponent - digits + 1
            let mantissa = Int((self / pow(10, Double(power))).rounded(rule))
            // The quotient is rounded: a neighbour may be the one.
            candidates += (-1...1).compactMap { Double("\(mantissa + $0)e\(power)") }
        }
        let allowed = candidates.filter { (rule == .up ? $0 >= self : $0 <= self) && $0.inEightCharacters != nil }
        return allowed.min { abs($0 - self) < abs($1 - self) } ?? self
    }
}

/// Signals in steps of new integers.
private struct RequantizedSource: SignalSource {
    let parent: Recording
    let channels: [Channel]
    /// For each channel whether its integers are not those of the parent.
    let isNew: [Bool]

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var signals = try parent.samples(of: indices, in: ranges)
        for (slot, index) in indices.enumerated() where isNew[index] {
            guard let digitization = channels[index].digitization else { continue }
            let stored = try channels[index].stored(signals[slot], first: ranges[slot].lowerBound)
            signals[slot] = stored.map { Float(digitization.physical(Int($0))) }
        }
        return signals
    }

    func digitalSamples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        var results = [[Int32]](repeating: [], count: indices.count)
        let (new, kept) = (indices.indices.filter { isNew[indices[$0]] }, indices.indices.filter { !isNew[indices[$0]] })
        let signals = try parent.samples(of: new.map { indices[$0] }, in: new.map { ranges[$0] })
        for (slot, signal) in zip(new, signals) {
            results[slot] = try channels[indices[slot]].stored(signal, first: ranges[slot].lowerBound)
        }
        let integers = try parent.digitalSamples(of: kept.map { indices[$0] }, in: kept.map { ranges[$0] })
        for (slot, values) in zip(kept, integers) { results[slot] = values }
        return results
    }
}
