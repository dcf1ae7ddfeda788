public import EEGTensor

/// Gradient descent, with momentum where asked for; the weight decay is added to the gradient.
///
/// Sources: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Comp. Math. Math. Phys. 4 (1964);
/// I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, for Nesterov's momentum. As in
/// PyTorch, the learning rate is not part of the momentum.
public struct SGD: UpdateRule {
    public static let name = "SGD"

    /// The share of the last step's direction that is kept.
    public var momentum: Double
    /// The share of the gradient that does not go into the momentum, but for the first step.
    public var dampening: Double
    /// Whether the gradient is taken ahead, where the momentum leads.
    public var isNesterov: Bool

    public init(momentum: Double = 0, dampening: Double = 0, isNesterov: Bool = false) {
        self.momentum = momentum
        self.dampening = dampening
        self.isNesterov = isNesterov
    }

    public var stateNames: [String] { momentum == 0 ? [] : ["momentum_buffer"] }

    public func validate() throws(TrainingError) {
        try requireShare("momentum", momentum)
        guard (0...1).contains(dampening) else { throw .invalidSetting(name: "dampening", expected: "0 to 1", found: "\(dampening)") }
        guard !isNesterov || (momentum > 0 && dampening == 0) else {
            throw .invalidSetting(name: "Nesterov's momentum", expected: "a momentum and no dampening", found: "\(momentum), \(dampening)")
        }
    }

    public func update(_ value: inout Tensor, gradient: Tensor, state: inout [Tensor], _ step: UpdateStep) {
        let descent = GradientDescentStep(
            scaling: step.scaling, learningRate: step.learningRate, weightDecay: step.weightDecay, momentum: momentum, dampening: dampening,
            isNesterov: isNesterov)
        if momentum == 0 {
            descent.apply(to: &value, gradient: gradient)
        } else {
            descent.apply(to: &value, gradient: gradient, momentum: &state[0], starts: step.number == 1)
        }
    }
}

extension Optimizer {
    /// Gradient descent; the defaults are PyTorch's.
    public static func sgd(
        learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0, weightDecay: Double = 0, isNesterov: Bool = false
    ) -> Optimizer {
        Optimizer(
            SGD(momentum: momentum, dampening: dampening, isNesterov: isNesterov), learningRate: learningRate, weightDecay: weightDecay)
    }
}
