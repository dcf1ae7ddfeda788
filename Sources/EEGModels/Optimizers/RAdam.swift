public import EEGTensor
internal import Foundation

/// Adam whose first steps, while the estimate of the squares varies too much, go without it.
///
/// Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020.
public struct RAdam: UpdateRule {
    public static let name = "RAdam"

    /// Decay rates of the running means of gradients and of their squares.
    public var betas: (first: Double, second: Double)
    /// Keeps the division stable where gradients vanish.
    public var epsilon: Double
    /// Whether the weight decay goes apart from the gradient.
    public var isDecoupled: Bool

    public init(betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8, isDecoupled: Bool = false) {
        self.betas = betas
        self.epsilon = epsilon
        self.isDecoupled = isDecoupled
    }

    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }

    public func validate() throws(TrainingError) {
        try requireShare("beta", betas.first)
        try requireShare("beta", betas.second)
        try requirePositive("epsilon", epsilon)
    }

    public func update(_ value: inout Tensor, gradient: Tensor, state: inout [Tensor], _ step: UpdateStep) {
        let number = Double(step.number)
        let meanCorrection = 1 - pow(betas.first, number)
        let squareCorrection = 1 - pow(betas.second, number)
        // The length of the running mean of squares, in the limit and now: a simple mean of as many would vary alike.
        let longest = 2 / (1 - betas.second) - 1
        let length = longest - 2 * number * pow(betas.second, number) / squareCorrection
        var adam = AdamStep(
            beta1: betas.first, beta2: betas.second, stepSize: step.learningRate / meanCorrection, rootScale: 1, epsilon: epsilon)
        adam.take(step, isDecoupled: isDecoupled)
        if length > 5 {
            let rectification = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            adam.stepSize *= (rectification * squareCorrection).squareRoot()
        } else {
            adam.isAdaptive = false
        }
        adam.apply(to: &value, gradient: gradient, moments: &state)
    }
}

extension Optimizer {
    /// RAdam; the defaults are PyTorch's.
    public static func rAdam(
        learningRate: Double = 1e-3, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0,
        isDecoupled: Bool = false
    ) -> Optimizer {
        Optimizer(
            RAdam(betas: betas, epsilon: epsilon, isDecoupled: isDecoupled), learningRate: learningRate, weightDecay: weightDecay)
    }
}
