/// How the channels of a recording are put together to new ones: each is a weighted sum of some channels, in other words a row of a matrix.
///
/// ```swift
/// let banana = try recording.applying(.longitudinalBipolar)
/// let own = try recording.applying(Montage([Derivation("C3-mean", ["C3": 1, "A1": -0.5, "A2": -0.5])]))
/// ```
public struct Montage: Sendable, Equatable {
    /// The channels that result, in order.
    public var derivations: [Derivation]

    public init(_ derivations: [Derivation]) { self.derivations = derivations }

    /// Differences of pairs of electrodes, each called `first-second`.
    public init(differences pairs: [(String, String)]) {
        derivations = pairs.map { Derivation("\($0)-\($1)", [$0: 1, $1: -1]) }
    }

    /// Differences along chains of electrodes: of `["Fp1", "F7", "T7"]` Fp1-F7 and F7-T7.
    public init(chains: [[String]]) {
        self.init(differences: chains.flatMap { zip($0, $0.dropFirst()) })
    }

    /// The weights with which `channels` enter the derivations: one row a derivation, one column a channel.
    ///
    /// - Throws: where a derivation needs a channel that `recording` lacks or has more than once, or sums what does not measure the same.
    public func matrix(for recording: Recording) throws(EEGDataError) -> [[Float]] {
        var matrix: [[Float]] = []
        for derivation in derivations {
            var row = [Float](repeating: 0, count: recording.channels.count)
            for (index, weight) in try derivation.terms(in: recording) { row[index] += weight }
            matrix.append(row)
        }
        return matrix
    }
}

/// A channel that is a weighted sum of others.
public struct Derivation: Sendable, Equatable {
    /// The label of the resulting channel.
    public var name: String
    /// The weight of each channel, found as `Recording.channelIndex` does.
    public var weights: [String: Double]

    public init(_ name: String, _ weights: [String: Double]) {
        self.name = name
        self.weights = weights
    }

    /// The summed channels and their weights, in the order of the channels; weights bring all to the unit of the first.
    func terms(in recording: Recording) throws(EEGDataError) -> [(channel: Int, weight: Float)] {
        var found: [(channel: Int, weight: Double)] = []
        for (label, weight) in weights { found.append((try recording.channelIndex(label), weight)) }
        found.sort { $0.channel < $1.channel }
        guard let first = found.first.map({ recording.channels[$0.channel] }) else {
            throw .empty(what: "derivation \(name)", reason: "it sums no channels")
        }
        var terms: [(channel: Int, weight: Float)] = []
        for (index, weight) in found {
            let channel = recording.channels[index]
            guard let factor = channel.unit.factor(to: first.unit), channel.samplingRate == first.samplingRate,
                channel.sampleCount == first.sampleCount
            else {
                throw .invalidArgument(
                    name: "derivation \(name)",
                    expected: "channels in \(first.unit) with \(first.sampleCount) samples at \(first.samplingRate) Hz",
                    found: "\(channel.label) in \(channel.unit) with \(channel.sampleCount) at \(channel.samplingRate) Hz")
            }
            terms.append((index, Float(weight * factor)))
        }
        return terms
    }
}

extension Recording {
    /// The recording with the channels of a montage in place of its own, computed as they are read.
    ///
    /// - Throws: see `Montage.matrix(for:)`; also where the montage is empty.
    public func applying(_ montage: Montage) throws(EEGDataError) -> Recording {
        guard !montage.derivations.isEmpty else { throw .empty(what: "montage", reason: "it has no derivations") }
        var sums: [[(channel: Int, weight: Float)]] = []
        var results: [Channel] = []
        for derivation in montage.derivations {
            let terms = try derivation.terms(in: self)
            var channel = channels[terms[0].channel]
            channel.label = derivation.name
            channel.digitization = nil
            sums.append(terms)
            results.append(channel)
        }
        let formula = zip(montage.derivations, sums).map {
            "\($0.name) = \($1.map { "\($0.weight) [\($0.channel)]" }.joined(separator: " + "))"
        }
        return derived(WeightedSums(parent: self, sums: sums), channels: results, by: "montage \(formula.joined(separator: "; "))")
    }
}

/// Weighted sums of the channels of a recording.
struct WeightedSums: SignalSource {
    let parent: Recording
    let sums: [[(channel: Int, weight: Float)]]

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results = [[Float]](repeating: [], count: indices.count)
        for range in Set(ranges) {
            let outputs = indices.indices.filter { ranges[$0] == range }
            let inputs = Set(outputs.flatMap { sums[indices[$0]].map(\.channel) }).sorted()
            let signals = try parent.samples(of: inputs, in: inputs.map { _ in range })
            let place = Dictionary(uniqueKeysWithValues: zip(inputs, signals.indices))
            for output in outputs {
                var sum = [Float](repeating: 0, count: range.count)
                for (channel, weight) in sums[indices[output]] {
                    guard let signal = place[channel] else { continue }
                    sum.add(signals[signal], times: weight)
                }
                results[output] = sum
            }
        }
        return results
    }
}

extension [Float] {
    /// Adds `weight` times another array of the same length.
    mutating func add(_ other: [Float], times weight: Float) {
        withUnsafeMutableBufferPointer { sum in
            other.withUnsafeBufferPointer { other in
                for index in sum.indices { sum[index] += weight * other[index] }
            }
        }
    }
}
