internal import CEEGKernels

/// What becomes of each element of a gradient before it is used: times `scale`, then clamped to `-limit...limit`.
package struct GradientScaling: Sendable {
    package var scale: Double
    package var limit: Double

    package init(scale: Double = 1, limit: Double = .infinity) {
        self.scale = scale
        self.limit = limit
    }

    fileprivate var kernel: ceeg_gradient_clipping { ceeg_gradient_clipping(scale: Float(scale), limit: Float(limit)) }
}

/// A step of gradient descent, with or without momentum.
package struct GradientDescentStep: Sendable {
    package var scaling: GradientScaling
    package var learningRate: Double
    package var weightDecay: Double
    package var momentum: Double
    package var dampening: Double
    package var isNesterov: Bool

    package init(
        scaling: GradientScaling, learningRate: Double, weightDecay: Double, momentum: Double, dampening: Double, isNesterov: Bool
    ) {
        self.scaling = scaling
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.momentum = momentum
        self.dampening = dampening
        self.isNesterov = isNesterov
    }

    /// Changes `value` in one pass, without momentum.
    package func apply(to value: inout Tensor, gradient: Tensor) {
        requireSameShapes("GradientDescentStep", value, gradient)
        value.makeUnique()
        run(value, gradient, nil, starts: false)
    }

    /// Changes `value` and its momentum in one pass.
    ///
    /// - Parameter starts: whether the momentum becomes the gradient, as at the first step.
    package func apply(to value: inout Tensor, gradient: Tensor, momentum: inout Tensor, starts: Bool) {
        requireSameShapes("GradientDescentStep", value, gradient, momentum)
        value.makeUnique()
        momentum.makeUnique()
        run(value, gradient, momentum, starts: starts)
    }

    private func run(_ value: Tensor, _ gradient: Tensor, _ buffer: Tensor?, starts: Bool) {
        var rule = ceeg_sgd(
            clipping: scaling.kernel, learning_rate: Float(learningRate), weight_decay: Float(weightDecay), momentum: Float(momentum),
            dampening: Float(dampening), nesterov: isNesterov, starts: starts)
        ceeg_sgd_step(&rule, value.mutablePointer, gradient.pointer, buffer?.mutablePointer, Int64(value.count))
        withExtendedLifetime((value, gradient, buffer)) {}
    }
}

/// A step of Adam or one of its kin: `value = retained value - stepSize mean / (√square rootScale + epsilon)`.
package struct AdamStep: Sendable {
    package var scaling = GradientScaling()
    /// Added to the gradient, times the value.
    package var weightDecay = 0.0
    /// What is left of a value after a decay apart from the gradient.
    package var retained = 1.0
    package var beta1: Double
    package var beta2: Double
    package var stepSize: Double
    package var rootScale: Double
    package var epsilon: Double
    /// Whether steps are divided by the root; else they are `stepSize mean`.
    package var isAdaptive = true

    package init(beta1: Double, beta2: Double, stepSize: Double, rootScale: Double, epsilon: Double) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.stepSize = stepSize
        self.rootScale = rootScale
        self.epsilon = epsilon
    }

    /// Changes `value` and the running means of gradient and squared gradient in one pass.
    package func apply(to value: inout Tensor, gradient: Tensor, mean: inout Tensor, square: inout Tensor) {
        requireSameShapes("AdamStep", value, gradient, mean, square)
        var rule = ceeg_adam(
            clipping: scaling.kernel, weight_decay: Float(weightDecay), retained: Float(retained), one_minus_beta1: Float(1 - beta1),
            beta2: Float(beta2), one_minus_beta2: Float(1 - beta2), step_size: Float(stepSize), root_scale: Float(rootScale),
            epsilon: Float(epsilon), adaptive: isAdaptive)
        value.makeUnique()
        mean.makeUnique()
        square.makeUnique()
        ceeg_adam_step(
            &rule, value.mutablePointer, gradient.pointer, mean.mutablePointer, square.mutablePointer, Int64(value.count))
        withExtendedLifetime((value, gradient, mean, square)) {}
    }
}

extension Tensor {
    /// Moves each element towards that of `other` by the share `weight` of the way.
    package mutating func move(towards other: Tensor, by weight: Double) {
        requireSameShapes("move(towards:by:)", self, other)
        makeUnique()
        ceeg_move_towards(mutablePointer, other.pointer, Float(weight), Int64(count))
        withExtendedLifetime((self, other)) {}
    }

    /// The sum of the squared elements, not finite where an element is not. Squares beyond the range of Float count as infinite.
    package var sumOfSquares: Double {
        defer { withExtendedLifetime(self) {} }
        return ceeg_sum_of_squares(pointer, Int64(count))
    }

    /// Gives the tensor memory of its own, and no record for differentiation.
    fileprivate mutating func makeUnique() {
        guard !isUniquelyReferenced() else { return }
        let copy = Tensor(uninitialized: shape)
        copy.mutablePointer.update(from: pointer, count: count)
        self = copy
    }
}

private func requireSameShapes(_ name: String, _ value: Tensor, _ first: Tensor?, _ second: Tensor? = nil, _ third: Tensor? = nil) {
    func check(_ other: Tensor?) {
        guard let other else { return }
        require(other.shape == value.shape, "\(name): shapes differ: \(value.shape) and \(other.shape)")
    }
    check(first)
    check(second)
    check(third)
}
