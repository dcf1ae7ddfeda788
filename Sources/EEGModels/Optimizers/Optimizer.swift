/// How gradients change parameters: a rule, its learning rate and weight decay, and what bounds the gradients.
///
/// ```swift
/// var optimizer = Optimizer.adamW(learningRate: 1e-3, weightDecay: 0.05)
/// optimizer.gradientClipping = .norm(1)
/// ```
public struct Optimizer: Sendable {
    public var rule: any UpdateRule
    /// The size of steps; what a schedule starts from.
    public var learningRate: Double
    /// The share of each weight that a step takes off; whether it goes through the gradient or apart from it is a matter of the rule.
    public var weightDecay: Double
    /// Parameters with settings of their own; the first group that contains a parameter counts.
    public var groups: [ParameterGroup] = []
    public var gradientClipping: GradientClipping?

    public init(_ rule: some UpdateRule, learningRate: Double, weightDecay: Double = 0) {
        self.rule = rule
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }

    /// The learning rate, before a schedule changes it, and the weight decay of a parameter.
    func settings(of parameter: String) -> (learningRate: Double, weightDecay: Double) {
        let group = groups.first { $0.contains(parameter) }
        return (group?.learningRate ?? learningRate, group?.weightDecay ?? weightDecay)
    }

    func validate() throws(TrainingError) {
        guard learningRate > 0, learningRate.isFinite else {
            throw .invalidSetting(name: "learning rate", expected: "a positive number", found: "\(learningRate)")
        }
        for rate in groups.compactMap(\.learningRate) where !(rate >= 0 && rate.isFinite) {
            throw .invalidSetting(name: "learning rate of a group", expected: "0 or more", found: "\(rate)")
        }
        for decay in [weightDecay] + groups.compactMap(\.weightDecay) where !(decay >= 0 && decay.isFinite) {
            throw .invalidSetting(name: "weight decay", expected: "0 or more", found: "\(decay)")
        }
        try gradientClipping?.validate()
        try rule.validate()
    }
}

func requireShare(_ name: String, _ value: Double) throws(TrainingError) {
    guard (0..<1).contains(value) else { throw .invalidSetting(name: name, expected: "from 0 to below 1", found: "\(value)") }
}

func requirePositive(_ name: String, _ value: Double) throws(TrainingError) {
    guard value > 0, value.isFinite else { throw .invalidSetting(name: name, expected: "a positive number", found: "\(value)") }
}
