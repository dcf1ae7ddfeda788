internal import CEEGKernels

/// A reduction of windows.
struct PoolingKernel: InferenceKernel {
    enum Kind {
        case average(countsPadding: Bool)
        case maximum, logSumExp
    }

    let kind: Kind
    var geometry: ceeg_pooling
    let function: UnaryFunction?
    let x: InferencePlace
    let y: InferencePlace

    init(_ kind: Kind, _ windows: PoolingWindows, _ name: String, _ step: InferenceStepLayout) {
        self.kind = kind
        let x = step.operand(0)
        geometry = windows.geometry(of: x.shape, name)
        function = step.function
        (self.x, y) = (x.place, step.results[0].place)
    }

    func run(_ memory: InferenceMemory) {
        withUnsafePointer(to: geometry) { geometry in
            switch kind {
            case .average(let countsPadding): ceeg_average_pooling(geometry, countsPadding, memory[x], memory[y])
            case .maximum: ceeg_max_pooling(geometry, memory[x], memory[y])
            case .logSumExp: ceeg_log_sum_exp_pooling(geometry, memory[x], memory[y])
            }
        }
        function?.apply(to: memory[y], memory[y], count: Int(geometry.planes * geometry.rows.out * geometry.columns.out))
    }
}

extension AveragePooling: InferenceOperation {
    static var appliesFunction: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        PoolingKernel(.average(countsPadding: countsPadding), windows, Self.name, step)
    }
}

extension MaxPooling: InferenceOperation {
    static var appliesFunction: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? { PoolingKernel(.maximum, windows, Self.name, step) }
}

extension LogSumExpPooling: InferenceOperation {
    static var appliesFunction: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? { PoolingKernel(.logSumExp, windows, Self.name, step) }
}
