public import EEGTensor

/// How much each part of some windows matters for the score of a class.
public struct Attribution: Sendable {
    /// `[batch, row, time]`.
    public let values: Tensor
    /// What the values are, with their unit.
    public let quantity: String
    /// The name of each row: the channels, unless the method saw the signal after they were combined.
    public let rows: [String]
    /// The windows that are explained, `[batch, channel, time]`.
    public let windows: Tensor
    /// For each window the class whose score is explained.
    public let classes: [Int]
    public let axes: SignalAxes

    /// The mean magnitude of each row over time and windows.
    public var meanMagnitudes: [Double] { abs(values).mean(over: [0, 2]).scalars.map(Double.init) }
}
