extension Montage {
    /// The longitudinal bipolar montage ("double banana") of the 19 electrodes of the 10-20 system: 18 differences, the temporal and the
    /// parasagittal chain of the left side, those of the right side, the midline.
    public static let longitudinalBipolar = Montage(chains: [
        ["Fp1", "F7", "T7", "P7", "O1"], ["Fp1", "F3", "C3", "P3", "O1"], ["Fp2", "F8", "T8", "P8", "O2"], ["Fp2", "F4", "C4", "P4", "O2"],
        ["Fz", "Cz", "Pz"],
    ])

    /// The transverse bipolar montage of the 10-20 system: chains from left to right, from the front to the back; 18 differences.
    public static let transverseBipolar = Montage(chains: [
        ["F7", "Fp1", "Fp2", "F8"], ["F7", "F3", "Fz", "F4", "F8"], ["T7", "C3", "Cz", "C4", "T8"], ["P7", "P3", "Pz", "P4", "P8"],
        ["P7", "O1", "O2", "P8"],
    ])
}

/// Against what electrodes are measured.
public enum Reference: Sendable, Equatable {
    /// The mean of all EEG channels but those at ears and mastoids.
    case average
    /// The mean of the electrodes at the mastoids (M1 and M2) or, where there are none, at the ears (A1 and A2).
    case linkedMastoids
    /// The mean of these channels.
    case channels([String])
}

extension Recording {
    /// The recording with its EEG channels measured against another reference, computed as they are read; other channels stay as they are.
    ///
    /// Channels keep their labels and order. It is a linear map, so what the old reference was does not matter if all had the same.
    ///
    /// - Throws: where the electrodes of the reference are missing, or the EEG channels differ in rate or in what they measure.
    public func referenced(to reference: Reference) throws(EEGDataError) -> Recording {
        let eeg = channels.indices.filter { channels[$0].kind == .eeg }
        var members: [Int] = []
        switch reference {
        case .average:
            members = eeg.filter { !["A1", "A2", "M1", "M2"].contains(channels[$0].electrode ?? "") }
        case .linkedMastoids:
            let labels = (try? channelIndex("M1")) == nil ? ["A1", "A2"] : ["M1", "M2"]
            for label in labels { members.append(try channelIndex(label)) }
        case .channels(let labels):
            for label in labels { members.append(try channelIndex(label)) }
        }
        guard let first = members.first else { throw .empty(what: "reference", reason: "the recording has no channels for it") }
        let target = channels[first]
        for index in Set(members + eeg).sorted() {
            let channel = channels[index]
            guard channel.unit == target.unit, channel.samplingRate == target.samplingRate, channel.sampleCount == target.sampleCount else {
                throw .invalidArgument(
                    name: "reference",
                    expected: "channels in \(target.unit) with \(target.sampleCount) samples at \(target.samplingRate) Hz",
                    found: "\(channel.label) in \(channel.unit) with \(channel.sampleCount) at \(channel.samplingRate) Hz")
            }
        }
        let results = channels.map { channel in
            guard channel.kind == .eeg else { return channel }
            var channel = channel
            channel.digitization = nil
            return channel
        }
        let step = "referenced to the mean of \(members) for \(eeg)"
        return derived(Rereferenced(parent: self, members: members, referenced: Set(eeg)), channels: results, by: step)
    }
}

/// Channels minus the mean of some channels: one sum for all of them, where a matrix would take one a channel.
struct Rereferenced: SignalSource {
    let parent: Recording
    let members: [Int]
    let referenced: Set<Int>

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results = [[Float]](repeating: [], count: indices.count)
        for range in Set(ranges) {
            let outputs = indices.indices.filter { ranges[$0] == range }
            let needsMean = outputs.contains { referenced.contains(indices[$0]) }
            let inputs = Set(outputs.map { indices[$0] } + (needsMean ? members : [])).sorted()
            let signals = try parent.samples(of: inputs, in: inputs.map { _ in range })
            let place = Dictionary(uniqueKeysWithValues: zip(inputs, signals.indices))
            var mean = [Float](repeating: 0, count: needsMean ? range.count : 0)
            for member in needsMean ? members : [] {
                guard let signal = place[member] else { continue }
                mean.add(signals[signal], times: 1 / Float(members.count))
            }
            for output in outputs {
                guard let signal = place[indices[output]] else { continue }
                results[output] = signals[signal]
                if referenced.contains(indices[output]) { results[output].add(mean, times: -1) }
            }
        }
        return results
    }

    func digitalSamples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        try parent.digitalSamples(of: indices, in: ranges)
    }
}
