public import EEGTensor

/// How a gradient changes the parameter it belongs to: what one optimiser differs from another in.
///
/// An optimiser of one's own is a type that conforms to it: `Optimizer(MyRule(), learningRate: 0.01)`.
public protocol UpdateRule: Sendable {
    /// Names the rule in training checkpoints.
    static var name: String { get }
    /// The tensors that are kept between steps for each parameter, of its shape and 0 at first. The names stand in training checkpoints.
    var stateNames: [String] { get }

    /// - Throws: `TrainingError.invalidSetting` for settings out of range.
    func validate() throws(TrainingError)

    /// Changes a parameter and its state by one step.
    ///
    /// - Parameters:
    ///   - gradient: of the parameter's shape, as it was computed: what clips it is part of `step`.
    ///   - state: one tensor for each of `stateNames`.
    func update(_ value: inout Tensor, gradient: Tensor, state: inout [Tensor], _ step: UpdateStep)
}

/// The numbers of one step of one parameter.
public struct UpdateStep: Sendable {
    /// Counts the steps of this parameter from 1.
    public let number: Int
    public let learningRate: Double
    public let weightDecay: Double
    /// What the gradient is multiplied by before it is used.
    public let gradientScale: Double
    /// The largest size of an element of the gradient, after that.
    public let gradientLimit: Double

    /// The gradient as it is to be used.
    public func clipped(_ gradient: Tensor) -> Tensor {
        let scaled = gradient * Float(gradientScale)
        guard gradientLimit.isFinite else { return scaled }
        return scaled.clamped(to: -Float(gradientLimit)...Float(gradientLimit))
    }

    var scaling: GradientScaling { GradientScaling(scale: gradientScale, limit: gradientLimit) }
}
