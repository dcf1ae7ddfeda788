public import EEGTensor

/// An optimiser at work on some parameters: its settings and what its rule keeps between steps.
///
/// ```swift
/// var optimization = OptimizerState(.adamW(), of: model.parameters)
/// let (loss, gradients) = valueAndGradient(of: model.parameters) { … }
/// optimization.update(with: gradients)
/// ```
public struct OptimizerState: Sendable {
    /// What belongs to one parameter.
    private struct Slot {
        let parameter: Parameter
        let learningRate: Double
        let weightDecay: Double
        var state: [Tensor]
        var steps = 0
    }

    public let optimizer: Optimizer
    private var slots: [Slot]

    public init(_ optimizer: Optimizer, of parameters: [Parameter]) {
        self.optimizer = optimizer
        let stateCount = optimizer.rule.stateNames.count
        slots = parameters.map { parameter in
            let (rate, decay) = optimizer.settings(of: parameter.name)
            let shape = parameter.value.shape
            // Each its own zeros: they are changed in place.
            let state = (0..<stateCount).map { _ in Tensor(zeros: shape) }
            return Slot(parameter: parameter, learningRate: rate, weightDecay: decay, state: state)
        }
    }

    /// Takes one step. Parameters without a gradient stay as they are.
    ///
    /// - Parameters:
    ///   - scale: what gradients are multiplied by before they are clipped, such as 1 / n for a sum over n batches.
    ///   - norm: the norm of the gradients before scaling, where it is known; else it is computed if clipping needs it.
    ///   - learningRate: maps the learning rate of each group to that of this step.
    public mutating func update(
        with gradients: Gradients, scale: Double = 1, norm: Double? = nil, learningRate: (Double) -> Double = { $0 }
    ) {
        let gradientScale = scale * clippingScale(gradients, scale: scale, norm: norm)
        let limit = optimizer.gradientClipping?.limit ?? .infinity
        let rule = optimizer.rule
        for index in slots.indices {
            let parameter = slots[index].parameter
            guard let gradient = gradients[parameter] else { continue }
            slots[index].steps += 1
            let step = UpdateStep(
                number: slots[index].steps, learningRate: learningRate(slots[index].learningRate), weightDecay: slots[index].weightDecay,
                gradientScale: gradientScale, gradientLimit: limit)
            parameter.update { value in rule.update(&value, gradient: gradient, state: &slots[index].state, step) }
        }
    }

    private func clippingScale(_ gradients: Gradients, scale: Double, norm: Double?) -> Double {
        guard let clipping = optimizer.gradientClipping, case .norm = clipping else { return 1 }
        return clipping.scale(norm: scale * (norm ?? gradients.norm(of: slots.map(\.parameter))))
    }

    /// The state as named tensors, `parameter/state`, and the number of steps of each parameter.
    var saved: (tensors: [(name: String, tensor: Tensor)], steps: [String: Int]) {
        let names = optimizer.rule.stateNames
        let tensors = slots.flatMap { slot in zip(names, slot.state).map { ("\(slot.parameter.name)/\($0)", $1) } }
        return (tensors, Dictionary(uniqueKeysWithValues: slots.map { ($0.parameter.name, $0.steps) }))
    }

    /// Takes back what was saved.
    ///
    /// - Parameter tensor: gives a saved tensor of a name and a shape.
    mutating func restore<Failure: Error>(
        steps: [String: Int], tensor: (_ name: String, _ shape: Shape) throws(Failure) -> Tensor
    ) throws(Failure) {
        let names = optimizer.rule.stateNames
        for index in slots.indices {
            let parameter = slots[index].parameter
            slots[index].steps = steps[parameter.name] ?? 0
            for (place, name) in names.enumerated() {
                slots[index].state[place] = try tensor("\(parameter.name)/\(name)", parameter.value.shape)
            }
        }
    }
}
