extension InferenceGraph {
    /// Replaces operations by fewer or cheaper ones with the same result up to rounding.
    mutating func simplify() {
        removeUnusedSteps()
        foldNormalization()
        composeFilters()
        fuseFunctions()
        poolBeforeFunctions()
        removeUnusedSteps()
    }

    /// For each value, the step that computes it.
    private var producers: [Int?] {
        var producers = [Int?](repeating: nil, count: shapes.count)
        for (index, step) in steps.enumerated() {
            for result in step.results { producers[result] = index }
        }
        return producers
    }

    /// The step whose only result, used once, is operand 0 of `step`.
    private func onlySource(of step: Step, _ producers: [Int?], _ uses: [Int], appliesFunction: Bool = false) -> Int? {
        guard case .value(let value)? = step.operands.first, uses[value] == 1, let source = producers[value],
            steps[source].results == [value], (steps[source].function != nil) == appliesFunction
        else { return nil }
        return source
    }

    /// A batch norm behind a convolution goes into its weights and bias, its activation into the same pass.
    private mutating func foldNormalization() {
        let (producers, uses) = (producers, useCounts)
        for step in steps {
            guard let norm = step.operation as? FixedBatchNorm, let source = onlySource(of: step, producers, uses),
                steps[source].operation is Convolution, let filter = Filter(steps[source]), let affine = norm.channelMap(step.operands)
            else { continue }
            steps[source].setFilter(filter.followed(by: affine))
            steps[source].results = step.results
            steps[source].function = UnaryFunction(norm.activation)
        }
        removeReplacedSteps()
    }

    /// Of two steps with the same result, the first one stays: it has taken in what the second one did.
    private mutating func removeReplacedSteps() {
        var known = Set<Int>()
        steps.removeAll { step in !step.results.allSatisfy { known.insert($0).inserted } }
    }

    /// A function of every element behind an operation that can apply it goes into its pass.
    private mutating func fuseFunctions() {
        let (producers, uses) = (producers, useCounts)
        for step in steps {
            guard let unary = step.operation as? any UnaryOperation, let source = onlySource(of: step, producers, uses),
                let operation = steps[source].operation as? any InferenceOperation, type(of: operation).appliesFunction
            else { continue }
            steps[source].results = step.results
            steps[source].function = unary.unaryFunction
        }
        removeReplacedSteps()
    }

    /// The largest of function values is the function of the largest value where the function does not fall, and takes fewer evaluations.
    private mutating func poolBeforeFunctions() {
        let (producers, uses) = (producers, useCounts)
        for (index, step) in steps.enumerated() where step.operation is MaxPooling && step.function == nil {
            guard let source = onlySource(of: step, producers, uses, appliesFunction: true), let function = steps[source].function,
                function.isMonotone
            else { continue }
            steps[index].function = function
            steps[source].function = nil
        }
    }

    /// A filter over time with one input and a spatial filter over all electrodes behind it are one filter, or the same two in the other order,
    /// whatever takes the fewest products.
    private mutating func composeFilters() {
        let (producers, uses) = (producers, useCounts)
        var composed: [Int: [Step]] = [:]
        var replaced = Set<Int>()
        for (index, step) in steps.enumerated() where step.operation is Convolution {
            // A step that is part of one pair already is left to it.
            guard let source = onlySource(of: step, producers, uses), composed[source] == nil, !replaced.contains(source),
                let pair = FilterPair(steps[source], step, shape)
            else { continue }
            guard let shorter = pair.composed(&self, function: step.function) else { continue }
            composed[index] = shorter
            replaced.insert(source)
        }
        steps = steps.indices.flatMap { index in composed[index] ?? (replaced.contains(index) ? [] : [steps[index]]) }
    }
}

/// A function `scale x + shift` for each channel.
struct ChannelMap {
    let scale: [Double]
    let shift: [Double]
}

extension FixedBatchNorm {
    /// What the normalisation does to each channel; nil where its operands are not constant.
    fileprivate func channelMap(_ operands: [InferenceGraph.Operand]) -> ChannelMap? {
        func constant(_ index: Int) -> [Double]? {
            if case .constant(let tensor) = operands[index] { return tensor.scalars.map(Double.init) }
            return nil
        }
        guard let mean = constant(3), let variance = constant(4) else { return nil }
        for index in 1...2 {
            if case .value = operands[index] { return nil }
        }
        let inverse = variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
        let scale = constant(1).map { zip($0, inverse).map(*) } ?? inverse
        let shift = constant(2) ?? mean.map { _ in 0 }
        return ChannelMap(scale: scale, shift: mean.indices.map { shift[$0] - mean[$0] * scale[$0] })
    }
}

/// The constants of a convolution.
struct Filter {
    /// `[output, input / groups, …]`.
    let weight: Tensor
    /// `[output]`.
    let bias: [Double]

    init(weight: Tensor, bias: [Double]) {
        self.weight = weight
        self.bias = bias
    }

    /// nil where weight or bias are not constant.
    init?(_ step: InferenceGraph.Step) {
        guard case .constant(let weight) = step.operands[1] else { return nil }
        self.weight = weight
        switch step.operands.count > 2 ? step.operands[2] : .absent {
        case .absent: bias = Array(repeating: 0, count: weight.shape[0])
        case .constant(let tensor): bias = tensor.scalars.map(Double.init)
        case .value: return nil
        }
    }

    func followed(by map: ChannelMap) -> Filter {
        let outputs = weight.shape[0]
        let scaled = weight.reshaped(to: [outputs, weight.count / outputs]) * Tensor(map.scale.map { Float($0) }, shape: [outputs, 1])
        return Filter(weight: scaled.reshaped(to: weight.shape), bias: bias.indices.map { bias[$0] * map.scale[$0] + map.shift[$0] })
    }
}

extension InferenceGraph.Step {
    fileprivate mutating func setFilter(_ filter: Filter) {
        operands = [operands[0], .constant(filter.weight), .constant(Tensor(filter.bias.map { Float($0) }))]
    }
}
