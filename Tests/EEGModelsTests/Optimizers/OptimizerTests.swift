import EEGModels
import EEGTensor
import Foundation
import Testing

/// Steps on f(w) = Σ cᵢ wᵢ² in Double, as the papers and PyTorch's documentation have the rules.
private struct Reference {
    var weights: [Double]
    let scales: [Double]
    private var first: [Double]
    private var second: [Double]
    private var step = 0

    init(_ weights: [Double], scales: [Double]) {
        self.weights = weights
        self.scales = scales
        first = weights.map { _ in 0 }
        second = first
    }

    enum Rule: CaseIterable {
        case plain, momentum, dampened, nesterov, adam, adamW, rAdam, rAdamW
    }

    mutating func update(_ rule: Rule, rate: Double, decay: Double) {
        step += 1
        let t = Double(step)
        let (c1, c2) = (1 - pow(0.9, t), 1 - pow(0.999, t))
        for i in weights.indices {
            var g = 2 * scales[i] * weights[i]
            let isDecoupled = rule == .adamW || rule == .rAdamW
            if isDecoupled { weights[i] *= 1 - rate * decay } else { g += decay * weights[i] }
            switch rule {
            case .plain: weights[i] -= rate * g
            case .momentum, .dampened, .nesterov:
                first[i] = step == 1 ? g : 0.9 * first[i] + (rule == .dampened ? 0.7 : 1) * g
                weights[i] -= rate * (rule == .nesterov ? g + 0.9 * first[i] : first[i])
            case .adam, .adamW, .rAdam, .rAdamW:
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g * g
                if rule == .adam || rule == .adamW {
                    weights[i] -= rate * (first[i] / c1) / ((second[i] / c2).squareRoot() + 1e-8)
                } else {
                    let limit = 2 / 0.001 - 1
                    let length = limit - 2 * t * pow(0.999, t) / c2
                    var size = 1.0
                    if length > 5 {
                        let rectified = ((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)).squareRoot()
                        size = rectified * c2.squareRoot() / (second[i].squareRoot() + 1e-8)
                    }
                    weights[i] -= rate * first[i] / c1 * size
                }
            }
        }
    }
}

@Suite struct OptimizerTests {
    private func optimizer(_ rule: Reference.Rule, rate: Double, decay: Double) -> Optimizer {
        switch rule {
        case .plain: .sgd(learningRate: rate, weightDecay: decay)
        case .momentum: .sgd(learningRate: rate, momentum: 0.9, weightDecay: decay)
        case .dampened: .sgd(learningRate: rate, momentum: 0.9, dampening: 0.3, weightDecay: decay)
        case .nesterov: .sgd(learningRate: rate, momentum: 0.9, weightDecay: decay, isNesterov: true)
        case .adam: .adam(learningRate: rate, weightDecay: decay)
        case .adamW: .adamW(learningRate: rate, weightDecay: decay)
        case .rAdam: .rAdam(learningRate: rate, weightDecay: decay)
        case .rAdamW: .rAdam(learningRate: rate, weightDecay: decay, isDecoupled: true)
        }
    }

    /// The gradients of Σ cᵢ wᵢ².
    private func gradients(of parameter: Parameter, _ scales: Tensor) -> Gradients {
        valueAndGradient(of: [parameter]) { (parameter.value.squared() * scales).sum() }.gradients
    }

    @Test(arguments: Reference.Rule.allCases, EEGRuntime.InstructionSet.allCases.filter(\.isSupported))
    private func followsThePublishedRule(rule: Reference.Rule, set: EEGRuntime.InstructionSet) {
        // The lengths end within a vector of every width; the last is more than one piece of work for the threads.
        for (count, decay) in [(1, 0.0), (7, 0.1), (45, 0.1), (37_001, 0.01)] {
            var generator = Generator(seed: 3)
            let start = Tensor(normalWithMean: 0, shape: [count], using: &generator)
            let scales = Tensor(uniform: 0.1..<3, shape: [count], using: &generator)
            let rate = rule == .plain ? 0.02 : 0.01
            let parameter = Parameter("w", start)
            var reference = Reference(start.scalars.map { Double($0) }, scales: scales.scalars.map { Double($0) })
            var state = OptimizerState(optimizer(rule, rate: rate, decay: decay), of: [parameter])
            EEGRuntime.with(instructionSet: set) {
                for _ in 1...22 {
                    state.update(with: gradients(of: parameter, scales))
                    reference.update(rule, rate: rate, decay: decay)
                }
            }
            let worst = zip(parameter.value.scalars, reference.weights).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(worst < 2e-5, "\(count) weights differ by up to \(worst)")
        }
    }

    /// Weights after 25 steps of PyTorch in double precision.
    @Test(arguments: [
        ("sgd", [0.424176609, -2.84177215, 2.00704301, -0.00143513945, 0.0718272277]),
        ("dampened", [0.581966254, -2.23677344, 2.3298629, 0.000136665927, -0.0215253942]),
        ("nesterov", [0.435236321, -3.13610847, 2.05728694, 2.23606896e-06, 0.052849307]),
        ("plain", [0.904655985, -1.2204312, 2.8535454, 2.8430288e-08, -0.369737601]),
        ("adam", [0.523586983, -1.51399438, 2.50651645, 0.000445236325, -0.0631794814]),
        ("adamW", [0.48888979, -1.45192232, 2.37381847, 0.000348923353, -0.0534382221]),
        ("rAdam", [0.773066952, -1.45190879, 2.6510379, 0.000457922923, -0.210068327]),
        ("rAdamW", [0.742570287, -1.39474163, 2.54703056, 0.000646300191, -0.201861832]),
        ("norm", [0.853093199, -1.36994953, 2.77124128, 1.24013791e-13, -0.309477483]),
        ("value", [0.75, -1.25, 2.75, 0.0, -0.25]),
    ])
    func agreesWithPyTorch(name: String, expected: [Double]) {
        var optimizer: Optimizer
        switch name {
        case "sgd": optimizer = .sgd(learningRate: 0.002, momentum: 0.9, weightDecay: 0.1)
        case "dampened": optimizer = .sgd(learningRate: 0.002, momentum: 0.9, dampening: 0.3)
        case "nesterov": optimizer = .sgd(learningRate: 0.002, momentum: 0.9, isNesterov: true)
        case "plain": optimizer = .sgd(learningRate: 0.002)
        case "adam": optimizer = .adam(learningRate: 0.02, weightDecay: 0.1)
        case "adamW": optimizer = .adamW(learningRate: 0.02, weightDecay: 0.1)
        case "rAdam": optimizer = .rAdam(learningRate: 0.02, weightDecay: 0.1)
        case "rAdamW": optimizer = .rAdam(learningRate: 0.02, weightDecay: 0.1, isDecoupled: true)
        default:
            optimizer = .sgd(learningRate: 0.02)
            optimizer.gradientClipping = name == "norm" ? .norm(1) : .value(0.5)
        }
        let parameter = Parameter("w", Tensor([1, -1, 3, 0.01, -0.5]))
        var state = OptimizerState(optimizer, of: [parameter])
        for _ in 1...25 { state.update(with: gradients(of: parameter, Tensor([1, -2, 0.5, 100, 3]))) }
        for (found, expected) in zip(parameter.value.scalars, expected) {
            #expect(abs(Double(found) - expected) < 1e-5, "\(found), \(expected)")
        }
    }

    @Test func groupsHaveTheirOwnSettings() {
        let parameters = ["encoder.weight", "encoder.bias", "head.weight", "frozen.weight"].map { Parameter($0, Tensor([1])) }
        var optimizer = Optimizer.sgd(learningRate: 0.1, weightDecay: 0.5)
        optimizer.groups = [
            ParameterGroup(weightDecay: 0) { $0.hasSuffix(".bias") }, ParameterGroup(learningRate: 0.01) { $0.hasPrefix("encoder.") },
            ParameterGroup(learningRate: 0) { $0.hasPrefix("frozen.") },
        ]
        var state = OptimizerState(optimizer, of: parameters)
        let (_, gradients) = valueAndGradient(of: parameters) { parameters.reduce(Tensor(0)) { $0 + $1.value.sum() } }
        state.update(with: gradients) { $0 * 2 }
        let expected: [Float] = [1 - 0.02 * 1.5, 1 - 0.2, 1 - 0.2 * 1.5, 1]
        #expect(zip(parameters, expected).allSatisfy { abs($0.value.scalar - $1) < 1e-6 })
    }

    @Test func parametersWithoutInfluenceStay() {
        let used = Parameter("used", Tensor([1]))
        let unused = Parameter("unused", Tensor([1]))
        let (_, gradients) = valueAndGradient(of: [used, unused]) { used.value.squared().sum() }
        var state = OptimizerState(.adamW(learningRate: 0.1), of: [used, unused])
        state.update(with: gradients)
        #expect(unused.value.scalars == [1])
        #expect(used.value.scalars[0] < 1)
    }

    @Test func averagesFollowTheWeights() {
        let parameter = Parameter("w", Tensor([4, 8]))
        var average = ExponentialMovingAverage(decay: 0.75, of: [parameter])
        average.update()
        parameter.value = Tensor([0, 0])
        average.update()
        average.swap()
        #expect(parameter.value.scalars == [3, 6])
        average.swap()
        #expect(parameter.value.scalars == [0, 0])
    }

    @Test func normsAreLimited() {
        let parameter = Parameter("w", Tensor([3, 4, 0.3, 0.4], shape: [2, 2]))
        parameter.limitNorms(to: 1)
        #expect(zip(parameter.value.scalars, [0.6, 0.8, 0.3, 0.4]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func aRuleOfOnesOwn() {
        struct SignDescent: UpdateRule {
            static let name = "SignDescent"
            var stateNames: [String] { [] }
            func validate() {}
            func update(_ value: inout Tensor, gradient: Tensor, state: inout [Tensor], _ step: UpdateStep) {
                let signs = step.clipped(gradient).scalars.map { Float($0 > 0 ? 1 : -1) }
                value = value - Float(step.learningRate) * Tensor(signs)
            }
        }
        let parameter = Parameter("w", Tensor([1, -1]))
        var state = OptimizerState(Optimizer(SignDescent(), learningRate: 0.25), of: [parameter])
        state.update(with: gradients(of: parameter, Tensor([1, 1])))
        #expect(parameter.value.scalars == [0.75, -0.75])
    }
}
