public import EEGTensor

/// Repairs bad channels of single windows: local autoreject without rejection of windows.
///
/// What is bad is learnt from the windows of one recording, without labels: for each channel the peak-to-peak amplitude above which windows
/// no longer help to predict the median of others, and how many bad channels of a window to interpolate. Windows are never dropped; in each
/// one its bad channels are interpolated by spherical splines, or the worst where there are more than that number.
///
/// ```swift
/// let autoReject = try AutoReject(fittedTo: windows, positions: positions, generator: Generator(seed: 87))
/// let repaired = try autoReject.repair(windows)
/// ```
///
/// Source: M. Jas, D. A. Engemann, Y. Bekhti, F. Raimondo and A. Gramfort, "Autoreject: automated artifact rejection for MEG and EEG data",
/// NeuroImage 159 (2017) 417–429, with the settings of H. Banville et al., "Robust learning from corrupted EEG with dynamic spatial
/// filtering", NeuroImage 251 (2022). Splits are drawn from our own generator, so that thresholds are not those of the published program to
/// the bit.
public struct AutoReject: Sendable {
    /// Where the published program does what it was not meant to.
    public enum Variant: String, Sendable, Hashable, Codable, CaseIterable {
        /// All thresholds are tried, so that the result does not depend on the unit; each number of interpolated channels starts from the
        /// windows as they are.
        case corrected
        /// Thresholds are searched by a Gaussian process with a length of one unit of the signals, and channels interpolated for one number
        /// stay so for the next one that is tried.
        case asPublished
    }

    /// Of the channels, in their order.
    public let positions: ElectrodePositions
    /// For each channel the peak-to-peak amplitude above which it is bad, in the unit of the signals.
    public let thresholds: [Float]
    /// κ: the share of bad channels from which a window is left out while ρ is chosen, in steps of a tenth.
    public let consensus: Double
    /// ρ: the most channels that are interpolated in a window.
    public let interpolationLimit: Int

    /// Learns from the windows of a recording.
    ///
    /// - Parameters:
    ///   - windows: `[window, channel, time]` in microvolts.
    ///   - positions: of the channels, in their order.
    ///   - folds: for the choice of κ and ρ, contiguous.
    ///   - generator: of the splits for thresholds; the same windows and generator give the same bits for any number of threads.
    /// - Throws: for fewer than 4 channels, 5 windows or a window a fold, electrodes without a position, and values that are not finite
    ///   or whose squares sum to 1e30 or more.
    public init(
        fittedTo windows: Tensor, positions: ElectrodePositions, folds: Int = 5, variant: Variant = .corrected, generator: Generator
    ) throws(ClassicalModelError) {
        let channels = positions.names.count
        guard windows.rank == 3, windows.shape[1] == channels, windows.shape[2] > 0 else {
            throw .shapeMismatch(expected: "windows [window, \(channels), time]", found: Array(windows.shape))
        }
        guard channels >= 4 else { throw .tooFew(what: "channels", minimum: 4, found: channels) }
        try checkSetting((2...100).contains(folds), "folds", folds, "2 to 100")
        guard windows.shape[0] >= max(5, folds) else { throw .tooFew(what: "windows", minimum: max(5, folds), found: windows.shape[0]) }
        try positions.validate()
        guard windows.sumOfSquares < 1e30 else { throw .notFinite(what: "a signal") }

        self.positions = positions
        thresholds = try Self.thresholds(of: windows, positions: positions, variant: variant, generator: generator)
        let grid = RejectionGrid(positions: positions, thresholds: thresholds, folds: folds, variant: variant)
        (consensus, interpolationLimit) = try grid.best(for: windows)
    }

    private static func thresholds(
        of windows: Tensor, positions: ElectrodePositions, variant: Variant, generator: Generator
    ) throws(ClassicalModelError) -> [Float] {
        let (count, channels, samples) = (windows.shape[0], windows.shape[1], windows.shape[2])
        let threshold = PeakToPeakThreshold(windows: count, variant: variant, generator: generator)
        var result: [Float] = []
        for channel in 0..<channels {
            let interpolation = try ChannelInterpolation(of: [channel], positions: positions)
            var weights = [Float](repeating: 0, count: channels)
            for (column, source) in interpolation.good.enumerated() { weights[source] = Float(interpolation.weights[0, column]) }
            let predicted = matmul(Tensor(weights, shape: [1, channels]), windows)
            result.append(
                windows.withUnsafeBufferPointer { originals in
                    predicted.withUnsafeBufferPointer { predictions in
                        guard let original = originals.baseAddress, let prediction = predictions.baseAddress else { return .nan }
                        let rows = (0..<count).map { original + ($0 * channels + channel) * samples }
                        return threshold(rows + (0..<count).map { prediction + $0 * samples }, samples: samples)
                    }
                })
        }
        return result
    }

    /// Windows after repair.
    public struct Repair: Sendable {
        /// `[window, channel, time]`.
        public let signals: Tensor
        /// For each window the channels that were interpolated, in ascending order.
        public let interpolated: [[Int]]
    }

    /// Interpolates the bad channels of each window; where they are more than the limit, those of the greatest amplitude, from all others.
    ///
    /// - Parameter windows: `[window, channel, time]`.
    /// - Throws: where weights cannot be computed.
    /// - Precondition: as many channels as there were positions.
    public func repair(_ windows: consuming Tensor) throws(ClassicalModelError) -> Repair {
        var signals = windows
        let channels = positions.names.count
        require(
            signals.rank == 3 && signals.shape[1] == channels,
            "AutoReject: windows of shape \(signals.shape), expected [window, \(channels), time]")
        guard signals.count > 0 else { return Repair(signals: signals, interpolated: Array(repeating: [], count: signals.shape[0])) }
        let (count, samples) = (signals.shape[0], signals.shape[2])
        let interpolated = signals.withUnsafeBufferPointer { elements -> [[Int]] in
            guard let base = elements.baseAddress else { return [] }
            return WindowRows(base: base, windows: count, channels: channels, samples: samples).peakToPeak().map {
                worst(interpolationLimit, of: badChannels($0, thresholds: thresholds), amplitudes: $0)
            }
        }
        var cache = InterpolationCache(positions: positions)
        let interpolations = try cache.interpolations(of: interpolated)
        signals.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            parallelFor(count, grain: 4) { windows in
                var sums = [Double](repeating: 0, count: samples)
                for window in windows { interpolations[window]?.replace(base + window * channels * samples, samples: samples, sums: &sums) }
            }
        }
        return Repair(signals: signals, interpolated: interpolated)
    }
}

/// The channels whose amplitude is above their threshold.
func badChannels(_ amplitudes: [Float], thresholds: [Float]) -> [Int] { amplitudes.indices.filter { amplitudes[$0] > thresholds[$0] } }

/// At most so many of the channels, those of the greatest amplitudes, in ascending order.
func worst(_ limit: Int, of channels: [Int], amplitudes: [Float]) -> [Int] {
    guard channels.count > limit else { return channels }
    return channels.sorted { (amplitudes[$1], $0) < (amplitudes[$0], $1) }.prefix(limit).sorted()
}

/// Weights for all sets of channels that occur, each computed once.
struct InterpolationCache {
    let positions: ElectrodePositions
    private var known: [[Int]: ChannelInterpolation] = [:]

    init(positions: ElectrodePositions) { self.positions = positions }

    /// For each set what replaces its channels; nil for none of them, and for all, which there is nothing to compute from.
    mutating func interpolations(of sets: [[Int]]) throws(ClassicalModelError) -> [ChannelInterpolation?] {
        var result: [ChannelInterpolation?] = []
        for set in sets {
            guard !set.isEmpty, set.count < positions.names.count else {
                result.append(nil)
                continue
            }
            if known[set] == nil { known[set] = try ChannelInterpolation(of: set, positions: positions) }
            result.append(known[set])
        }
        return result
    }
}
