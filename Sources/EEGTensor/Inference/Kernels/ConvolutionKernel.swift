internal import CEEGKernels

/// A convolution with packed weights and what is applied to its result.
struct ConvolutionKernel: InferenceKernel {
    let geometry: ceeg_convolution
    let function: UnaryFunction?
    let x: InferencePlace
    let weight: InferencePlace
    let bias: InferencePlace?
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        withUnsafePointer(to: geometry) { geometry in
            let (first, second) = function?.parameters ?? (0, 0)
            ceeg_convolution_packed(
                geometry, memory[x], memory[weight], memory[optional: bias], function.map { Int32($0.function.rawValue) } ?? -1, first, second, memory[y])
        }
    }
}

extension Convolution: InferenceOperation {
    static var appliesFunction: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        guard let weight = step.constant(1) else { return nil }
        let x = step.operand(0)
        var geometry = geometry(x.shape, weight.shape)
        let packed = Tensor(uninitialized: weight.shape)
        ceeg_convolution_pack(&geometry, weight.pointer, packed.mutablePointer)
        return withExtendedLifetime(weight) {
            ConvolutionKernel(
                geometry: geometry, function: step.function, x: x.place, weight: step.constants.add(packed), bias: step.optional(2)?.place,
                y: step.results[0].place)
        }
    }
}
