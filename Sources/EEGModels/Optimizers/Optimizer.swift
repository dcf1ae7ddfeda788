public import EEGTensor
internal import Foundation

/// How gradients change parameters.
public struct Optimizer: Sendable {
    public var learningRate: Float
    /// Decay rates of the running means of gradients and of their squares.
    public var betas: (first: Float, second: Float)
    /// Keeps the division stable where gradients vanish.
    public var epsilon: Float
    /// The share of each weight, times the learning rate, that is taken off at each step, apart from the gradient.
    public var weightDecay: Float

    /// Adam: steps scaled by running estimates of the gradients' mean and square.
    ///
    /// Source: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    public static func adam(learningRate: Float = 1e-3) -> Optimizer {
        Optimizer(learningRate: learningRate, betas: (0.9, 0.999), epsilon: 1e-8, weightDecay: 0)
    }

    /// Adam with a decay of the weights that the scaling of the steps does not touch.
    ///
    /// Source: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
    public static func adamW(learningRate: Float = 1e-3, weightDecay: Float = 1e-2) -> Optimizer {
        Optimizer(learningRate: learningRate, betas: (0.9, 0.999), epsilon: 1e-8, weightDecay: weightDecay)
    }

    func validate() throws(TrainingError) {
        guard learningRate > 0, learningRate.isFinite else {
            throw .invalidSetting(name: "learning rate", expected: "a positive number", found: "\(learningRate)")
        }
        guard weightDecay >= 0, weightDecay.isFinite else {
            throw .invalidSetting(name: "weight decay", expected: "0 or more", found: "\(weightDecay)")
        }
        for beta in [betas.first, betas.second] where !(0..<1).contains(beta) {
            throw .invalidSetting(name: "beta", expected: "from 0 to below 1", found: "\(beta)")
        }
        guard epsilon > 0, epsilon.isFinite else { throw .invalidSetting(name: "epsilon", expected: "a positive number", found: "\(epsilon)") }
    }
}

/// The running estimates that an optimiser keeps between steps.
public struct OptimizerState: Sendable {
    private var step = 0
    private var means: [String: Tensor] = [:]
    private var squares: [String: Tensor] = [:]

    public init() {}

    /// Takes one step. Parameters without a gradient stay as they are.
    public mutating func update(_ parameters: [Parameter], with gradients: Gradients, _ optimizer: Optimizer) {
        step += 1
        let (beta1, beta2) = optimizer.betas
        // Running means that start at zero are too small at first by these factors.
        let meanCorrection = 1 - pow(beta1, Float(step))
        let squareCorrection = (1 - pow(beta2, Float(step))).squareRoot()
        let rate = optimizer.learningRate / meanCorrection
        let decay = 1 - optimizer.learningRate * optimizer.weightDecay
        for parameter in parameters {
            guard let gradient = gradients[parameter] else { continue }
            var value = parameter.value
            var mean = means.removeValue(forKey: parameter.name) ?? Tensor(zeros: value.shape)
            var square = squares.removeValue(forKey: parameter.name) ?? Tensor(zeros: value.shape)
            value.withUnsafeMutableBufferPointer { value in
                mean.withUnsafeMutableBufferPointer { mean in
                    square.withUnsafeMutableBufferPointer { square in
                        gradient.withUnsafeBufferPointer { gradient in
                            for index in gradient.indices {
                                let slope = gradient[index]
                                mean[index] = beta1 * mean[index] + (1 - beta1) * slope
                                square[index] = beta2 * square[index] + (1 - beta2) * slope * slope
                                let size = square[index].squareRoot() / squareCorrection + optimizer.epsilon
                                value[index] = decay * value[index] - rate * mean[index] / size
                            }
                        }
                    }
                }
            }
            means[parameter.name] = mean
            squares[parameter.name] = square
            parameter.value = value
        }
    }
}
