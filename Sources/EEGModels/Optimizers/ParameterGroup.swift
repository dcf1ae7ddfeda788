/// Parameters with settings of their own.
///
/// ```swift
/// // No weight decay for biases and normalisation, a tenth of the learning rate for the pretrained encoder.
/// optimizer.groups = [
///     ParameterGroup(weightDecay: 0) { $0.hasSuffix(".bias") || $0.contains("norm") },
///     ParameterGroup(learningRate: 1e-4) { $0.hasPrefix("encoder.") },
/// ]
/// ```
public struct ParameterGroup: Sendable {
    /// Nil for that of the optimiser; 0 keeps the parameters as they are.
    public var learningRate: Double?
    /// Nil for that of the optimiser.
    public var weightDecay: Double?
    /// Whether a parameter of this name belongs to the group.
    public var contains: @Sendable (_ name: String) -> Bool

    public init(learningRate: Double? = nil, weightDecay: Double? = nil, where contains: @escaping @Sendable (_ name: String) -> Bool) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.contains = contains
    }
}
