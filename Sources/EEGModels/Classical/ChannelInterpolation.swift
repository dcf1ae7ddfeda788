public import EEGTensor

/// Bad channels replaced by what the others tell of them, by spherical splines.
///
/// ```swift
/// let repair = try ChannelInterpolation(of: [2], positions: positions)
/// let repaired = repair(windows)
/// ```
///
/// With few electrodes weights are large and of both signs, which makes noise larger; see `SphericalSpline` for the method and its source.
public struct ChannelInterpolation: Sendable {
    /// The channels that are replaced, in ascending order.
    public let bad: [Int]
    /// The channels that they are computed from: all others.
    public let good: [Int]
    /// How much each good channel counts for each bad one: `[bad, good]`.
    public let weights: Matrix

    /// - Parameters:
    ///   - bad: the numbers of the channels to replace.
    ///   - positions: of all channels, in their order.
    /// - Throws: where no channel is left to compute from, or a position is none.
    /// - Precondition: `bad` are numbers of channels.
    public init(of bad: some Collection<Int>, positions: ElectrodePositions) throws(ClassicalModelError) {
        let channels = positions.positions.indices
        require(bad.allSatisfy(channels.contains), "ChannelInterpolation: channels \(Array(bad)) of \(channels.count)")
        try positions.validate()
        let isBad = Set(bad)
        self.bad = isBad.sorted()
        good = channels.filter { !isBad.contains($0) }
        guard !good.isEmpty else { throw .tooFew(what: "good channels", minimum: 1, found: 0) }
        do {
            let spline = try SphericalSpline(from: good.map { positions.positions[$0] })
            weights = spline.weights(at: self.bad.map { positions.positions[$0] })
        } catch { throw .linearAlgebra(error) }
    }

    /// The signals with the bad channels replaced; the good ones stay as they are.
    ///
    /// - Parameter x: `[…, channel, time]`.
    /// - Precondition: as many channels as there were positions.
    public func callAsFunction(_ x: consuming Tensor) -> Tensor {
        var result = x
        let channels = bad.count + good.count
        require(
            result.rank >= 2 && result.shape[result.rank - 2] == channels,
            "ChannelInterpolation: signals of shape \(result.shape), expected […, \(channels), time]")
        let samples = result.shape[result.rank - 1]
        result.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress, !bad.isEmpty else { return }
            parallelFor(elements.count / (channels * samples), grain: 1) { windows in
                var sums = [Double](repeating: 0, count: samples)
                for window in windows { replace(base + window * channels * samples, samples: samples, sums: &sums) }
            }
        }
        return result
    }

    /// Replaces the bad channels of one window.
    func replace(_ window: UnsafeMutablePointer<Float>, samples: Int, sums: inout [Double]) {
        for index in bad.indices {
            predict(index, from: window, samples: samples, into: &sums)
            let row = window + bad[index] * samples
            for time in 0..<samples { row[time] = Float(sums[time]) }
        }
    }

    /// Writes one of the bad channels of a window.
    func predict(_ index: Int, from window: UnsafePointer<Float>, samples: Int, into sums: inout [Double]) {
        sums.withUnsafeMutableBufferPointer { sums in
            sums.update(repeating: 0)
            for (column, channel) in good.enumerated() {
                let weight = weights[index, column]
                let source = window + channel * samples
                for time in 0..<samples { sums[time] += weight * Double(source[time]) }
            }
        }
    }
}
