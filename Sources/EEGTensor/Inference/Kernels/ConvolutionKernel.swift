internal import CEEGKernels

/// A convolution with packed weights and what is applied to its result.
struct ConvolutionKernel: InferenceKernel {
    let geometry: ceeg_convolution
    /// The length of the blocks that are transformed, or 0.
    let points: Int64
    let function: UnaryFunction?
    let x: InferencePlace
    let weight: InferencePlace
    let bias: InferencePlace?
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        withUnsafePointer(to: geometry) { geometry in
            let (first, second) = function?.parameters ?? (0, 0)
            ceeg_convolution_packed(
                geometry, points, memory[x], memory[weight], memory[optional: bias], function.map { Int32($0.function.rawValue) } ?? -1,
                first, second, memory[y])
        }
    }
}

extension Convolution: InferenceOperation {
    static var appliesFunction: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        guard let weight = step.constant(1) else { return nil }
        let x = step.operand(0)
        var geometry = geometry(x.shape, weight.shape)
        let points = ceeg_convolution_points(&geometry, CEEG_CONVOLUTION_PACKED)
        let packed = Tensor(uninitialized: [Int(ceeg_convolution_packed_floats(&geometry, points))])
        ceeg_convolution_pack(&geometry, points, weight.pointer, packed.mutablePointer)
        return withExtendedLifetime(weight) {
            ConvolutionKernel(
                geometry: geometry, points: points, function: step.function, x: x.place, weight: step.constants.add(packed),
                bias: step.optional(2)?.place,
                y: step.results[0].place)
        }
    }
}
