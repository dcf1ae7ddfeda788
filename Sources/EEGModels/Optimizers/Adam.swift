public import EEGTensor
internal import Foundation

/// Steps scaled by running estimates of the gradients' mean and square; the weight decay is added to the gradient, or, as AdamW, taken off
/// apart from it.
///
/// Sources: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; I. Loshchilov and F. Hutter, "Decoupled weight decay
/// regularization", ICLR 2019.
public struct Adam: UpdateRule {
    public static let name = "Adam"

    /// Decay rates of the running means of gradients and of their squares.
    public var betas: (first: Double, second: Double)
    /// Keeps the division stable where gradients vanish.
    public var epsilon: Double
    /// Whether the weight decay goes apart from the gradient: AdamW.
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
        // Running means that start at zero are too small at first by these factors.
        let meanCorrection = 1 - pow(betas.first, Double(step.number))
        let squareCorrection = 1 - pow(betas.second, Double(step.number))
        var adam = AdamStep(
            beta1: betas.first, beta2: betas.second, stepSize: step.learningRate / meanCorrection,
            rootScale: 1 / squareCorrection.squareRoot(), epsilon: epsilon)
        adam.take(step, isDecoupled: isDecoupled)
        adam.apply(to: &value, gradient: gradient, moments: &state)
    }
}

extension AdamStep {
    /// Takes clipping and weight decay from a step.
    mutating func take(_ step: UpdateStep, isDecoupled: Bool) {
        scaling = step.scaling
        if isDecoupled { retained = 1 - step.learningRate * step.weightDecay } else { weightDecay = step.weightDecay }
    }

    /// Changes a value and its two running means.
    func apply(to value: inout Tensor, gradient: Tensor, moments: inout [Tensor]) {
        moments.withUnsafeMutableBufferPointer { apply(to: &value, gradient: gradient, mean: &$0[0], square: &$0[1]) }
    }
}

extension Optimizer {
    /// Adam; the defaults are PyTorch's.
    public static func adam(
        learningRate: Double = 1e-3, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0
    ) -> Optimizer {
        Optimizer(Adam(betas: betas, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay)
    }

    /// Adam with a decay of the weights that the scaling of the steps does not touch; the defaults are PyTorch's.
    public static func adamW(
        learningRate: Double = 1e-3, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
        weightDecay: Double = 1e-2
    ) -> Optimizer {
        Optimizer(Adam(betas: betas, epsilon: epsilon, isDecoupled: true), learningRate: learningRate, weightDecay: weightDecay)
    }
}
