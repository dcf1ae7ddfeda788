internal import CEEGKernels

/// An operation that applies one function to every element.
protocol UnaryOperation: InferenceOperation {
    /// The function's kernel.
    static var function: ceeg_unary_function { get }
    /// Whether the derivative is computed from the result rather than from the operand.
    static var pullbackReadsResult: Bool { get }
    /// What one element costs, roughly, for listings.
    static var floatingPointOperationsPerElement: Int { get }
    /// The parameters of the kernel, as `ceeg_elementwise.h` lists them.
    var parameters: (Float, Float) { get }
}

extension UnaryOperation {
    static var pullbackReadsResult: Bool { false }
    static var floatingPointOperationsPerElement: Int { 1 }
    var parameters: (Float, Float) { (0, 0) }

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let y = pass.result(overwriting: 0, of: inputs)
        ceeg_unary(Int32(Self.function.rawValue), inputs.header(0).pointee.elements, y.mutablePointer, Int64(y.count), parameters.0, parameters.1)
        if pass.isRecording { pass.save(Self.pullbackReadsResult ? y : inputs[0]) }
        return withExtendedLifetime(inputs) { TensorList(y) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let saved = pass.saved[0]
        let dy = gradients[0]
        let dx = pass.result(overwriting: 0, of: gradients)
        ceeg_unary_gradient(
            Int32(Self.function.rawValue), saved.pointer, dy.pointer, dx.mutablePointer, Int64(dy.count), parameters.0, parameters.1)
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        inputs[0].elementCount * Self.floatingPointOperationsPerElement
    }
}
