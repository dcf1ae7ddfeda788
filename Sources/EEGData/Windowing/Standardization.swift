public import EEGTensor

/// Mean and standard deviation of each channel over training windows, to bring channels to a common scale.
///
/// It is computed from the training part alone and applied to all parts, so that nothing of the test part enters training.
public struct Standardization: Sendable {
    /// One value a channel.
    public let means: [Float]
    /// One value a channel; population standard deviations.
    public let deviations: [Float]

    /// - Throws: `EEGDataError` without windows, where a channel is constant, and what reading throws.
    public init(fitting windows: WindowSet) throws(EEGDataError) {
        guard windows.count > 0 else { throw .empty(what: "standardisation", reason: "there are no windows") }
        let channels = windows.shape.channels
        let samples = windows.shape.samples
        var sums = [Double](repeating: 0, count: channels)
        var squares = sums
        for index in 0..<windows.count {
            let signals = try windows.signals(of: [index])
            signals.withUnsafeBufferPointer { values in
                for channel in 0..<channels {
                    for value in values[(channel * samples)..<((channel + 1) * samples)] {
                        sums[channel] += Double(value)
                        squares[channel] += Double(value) * Double(value)
                    }
                }
            }
        }
        let count = Double(windows.count * samples)
        means = sums.map { Float($0 / count) }
        var deviations: [Float] = []
        for channel in 0..<channels {
            let variance = squares[channel] / count - (sums[channel] / count) * (sums[channel] / count)
            // Below the rounding of single precision, what is left of a constant channel is noise that scaling would blow up.
            guard variance > 1e-12 * squares[channel] / count else {
                throw .invalidArgument(
                    name: "channel \(windows.recordings[0].channels[channel].label)",
                    expected: "values that vary over the training windows",
                    found: "a constant")
            }
            deviations.append(Float(variance.squareRoot()))
        }
        self.deviations = deviations
    }

    /// `(signals − mean) / deviation`, channel by channel, for signals `[window, channel, time]`.
    public func callAsFunction(_ signals: consuming Tensor) -> Tensor {
        let shape = signals.shape
        require(shape.rank == 3 && shape[1] == means.count, "Standardization: \(means.count) channels, signals of shape \(shape)")
        signals.withUnsafeMutableBufferPointer { values in
            for row in 0..<(shape[0] * shape[1]) {
                let mean = means[row % shape[1]]
                let scale = 1 / deviations[row % shape[1]]
                for index in (row * shape[2])..<((row + 1) * shape[2]) { values[index] = (values[index] - mean) * scale }
            }
        }
        return signals
    }
}
