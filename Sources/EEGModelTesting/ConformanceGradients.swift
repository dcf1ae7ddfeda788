internal import EEGModels
internal import EEGTensor

/// The properties of gradients.
extension ConformanceSubject {
    /// Every parameter and the input must have a gradient other than zero.
    func reachFailures(_ model: some Model) -> [String] {
        var reached: Set<String> = []
        let known = Set(model.parameters.map(\.name))
        var failures = settings.unusedParameters.subtracting(known).sorted().map { "reach: there is no parameter \($0)" }
        let point = DifferentiationPoint(self, model)
        // Of a bias before a batch norm only inference knows; training alone goes through what inference leaves out.
        for mode in [ForwardContext.Mode.training, .inference] {
            let gradients = point.gradients(mode)
            for variable in point.variables {
                guard let gradient = gradients[variable]?.scalars else { continue }
                if let value = gradient.first(where: { !$0.isFinite }) {
                    failures.append("reach: the gradient of \(variable.name) in \(mode) has an element \(value)")
                }
                if gradient.contains(where: { $0 != 0 }) { reached.insert(variable.name) }
            }
        }
        for name in point.variables.map(\.name) {
            switch (reached.contains(name), settings.unusedParameters.contains(name)) {
            case (false, false): failures.append("reach: the gradient of \(name) is zero")
            case (true, true): failures.append("reach: \(name) is listed as unused and has a gradient")
            default: break
            }
        }
        return failures
    }

    /// The gradients of each parameter and of the input against differences along two directions: one along which all terms have one sign,
    /// and one at random.
    func gradientFailures(_ model: some Model, in mode: ForwardContext.Mode) -> [String] {
        let point = DifferentiationPoint(self, model)
        let gradients = point.gradients(mode)
        var numbers = RandomNumbers(seed: settings.seed)
        var derivatives: [DirectionalDerivative] = []
        for variable in point.variables where !settings.straightThroughParameters.contains(variable.name) {
            let start = variable.value
            // Directions are as large as the values, so that all derivatives are comparable.
            let values = DoubleTensor(start).values
            let magnitude = DifferentiationPoint.magnitude(of: values)
            let gradient = gradients[variable].map { DoubleTensor($0).values } ?? values.map { _ in 0 }
            for isAligned in [true, false] {
                let direction = zip(numbers.tensor(start.shape).values, gradient).map { number, slope in
                    magnitude * (isAligned && slope != 0 ? (slope < 0 ? -abs(number) : abs(number)) : number)
                }
                let terms = zip(gradient, direction).map { $0 * $1 }
                derivatives.append(
                    DirectionalDerivative(
                        variable: variable, direction: direction, isAligned: isAligned, value: terms.reduce(0, +),
                        size: isAligned ? terms.reduce(0, +) : terms.reduce(0) { $0 + $1 * $1 }.squareRoot()))
            }
        }
        // Derivatives far below the others drown in rounding.
        let floor = 2e-3 * (derivatives.map(\.size).max() ?? 0)
        return derivatives.compactMap { derivative in
            derivative.failure(tolerance: max(settings.gradientTolerance * derivative.size, floor)) { point.loss(mode) }
                .map { "gradients: in \(mode), \($0)" }
        }
    }
}

/// The derivative of a loss as one of its variables moves along a direction.
private struct DirectionalDerivative {
    let variable: Parameter
    let direction: [Double]
    /// Whether the direction has the signs of the gradient.
    let isAligned: Bool
    let value: Double
    /// The size of the derivative where nothing cancels.
    let size: Double

    /// What is wrong unless a central difference agrees. Any of several steps will do: large ones meet the kinks of ReLU and of maxima,
    /// small ones drown in rounding.
    func failure(tolerance: Double, _ loss: () -> Double) -> String? {
        let start = variable.value
        defer { variable.value = start }
        func moved(_ step: Double) -> Double {
            variable.value = Tensor(zip(start.scalars, direction).map { Float(Double($0) + step * $1) }, shape: start.shape)
            return loss()
        }
        var closest = Double.infinity
        for step in [0x1p-8, 0x1p-6, 0x1p-10, 0x1p-12, 0x1p-14] {
            let difference = (moved(step) - moved(-step)) / (2 * step)
            if abs(difference - value) <= tolerance { return nil }
            if abs(difference - value) < abs(closest - value) { closest = difference }
        }
        return """
            \(variable.name) along \(isAligned ? "its gradient's signs" : "random signs"): derivative \(value), central difference \(closest), \
            tolerance \(tolerance)
            """
    }
}

/// A loss of a model's scores as a function of its parameters and its input, near the first values of the parameters: moved off them, since
/// gradients vanish where a parameter that begins at 0 multiplies others.
private struct DifferentiationPoint {
    /// The parameters, and the input.
    let variables: [Parameter]
    private let forward: (ForwardContext.Mode) -> Tensor
    private let sum: WeightedSum

    init(_ subject: ConformanceSubject, _ model: some Model) {
        var numbers = RandomNumbers(seed: subject.settings.seed &+ 1)
        for parameter in model.parameters {
            let values = DoubleTensor(parameter.value).values
            let step = 0.05 * Self.magnitude(of: values)
            let moves = numbers.tensor(parameter.value.shape).values
            parameter.value = Tensor(zip(values, moves).map { Float($0 + step * $1) }, shape: parameter.value.shape)
        }
        let input = Parameter("the input", subject.windows)
        variables = model.parameters + [input]
        forward = { mode in
            var context = subject.context(mode)
            return model(input.value, &context)
        }
        sum = WeightedSum(weights: [numbers.tensor(forward(.inference).shape)])
    }

    func gradients(_ mode: ForwardContext.Mode) -> Gradients {
        valueAndGradient(of: variables) { apply(sum, forward(mode)) }.gradients
    }

    func loss(_ mode: ForwardContext.Mode) -> Double { sum.value(of: [DoubleTensor(forward(mode))]) }

    /// The largest magnitude, for values near 0 a tenth.
    static func magnitude(of values: [Double]) -> Double { max(values.lazy.map(abs).max() ?? 0, 0.1) }
}
