public import EEGTensor

/// A running mean of the weights, which often predicts better than the last ones.
///
/// After each step every weight's mean moves towards the weight by 1 - decay; it starts as the weights after the first step.
///
/// Source: B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30 (1992), with
/// exponential weights.
public struct ExponentialMovingAverage: Sendable {
    /// In 0..<1.
    public let decay: Double
    let parameters: [Parameter]
    /// One for each parameter; empty before the first step.
    var averages: [Tensor] = []

    public init(decay: Double, of parameters: [Parameter]) {
        require((0..<1).contains(decay), "ExponentialMovingAverage: decay \(decay) is not in 0..<1")
        self.decay = decay
        self.parameters = parameters
    }

    /// Takes the present weights into the mean.
    public mutating func update() {
        guard !averages.isEmpty else {
            averages = parameters.map(\.value)
            return
        }
        for index in averages.indices { averages[index].move(towards: parameters[index].value, by: 1 - decay) }
    }

    /// Exchanges weights and means: to evaluate with the means, then back.
    public mutating func swap() {
        guard !averages.isEmpty else { return }
        for index in averages.indices {
            let value = parameters[index].value
            parameters[index].value = averages[index]
            averages[index] = value
        }
    }
}
