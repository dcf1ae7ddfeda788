internal import CEEGKernels

/// An operation that applies one function to pairs of elements of two operands, stretching them to a common shape.
protocol BinaryOperation: InferenceOperation {
    /// The function's kernel.
    static var function: ceeg_binary_function { get }
    /// Keeps what the pullback needs.
    func save(_ operands: TensorList, in pass: inout ForwardPass)
}

extension BinaryOperation {
    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (a, b) = (inputs.header(0), inputs.header(1))
        let y: Tensor
        if a.pointee.shape == b.pointee.shape {
            y = pass.result(overwritingAnyOf: inputs)
            ceeg_binary_dense(Int32(Self.function.rawValue), a.pointee.elements, b.pointee.elements, y.mutablePointer, Int64(y.count))
        } else {
            y = stretched(inputs, pass)
        }
        if pass.isRecording { save(inputs, in: &pass) }
        return withExtendedLifetime(inputs) { TensorList(y) }
    }

    @inline(never)
    private func stretched(_ inputs: TensorList, _ pass: borrowing ForwardPass) -> Tensor {
        let (a, b) = (inputs[0], inputs[1])
        let broadcasting = Broadcasting(a.shape, b.shape, Self.name)
        let y = pass.result(broadcasting.shape, of: inputs)
        broadcasting.withLayout(a.shape, b.shape) { rank, sizes, aStrides, bStrides in
            ceeg_binary(Int32(Self.function.rawValue), rank, sizes, aStrides, bStrides, a.pointer, b.pointer, y.mutablePointer)
        }
        return withExtendedLifetime(inputs) { y }
    }
}

/// A binary operation whose gradients depend on the operands.
protocol NonlinearBinaryOperation: BinaryOperation {}

extension NonlinearBinaryOperation {
    func save(_ operands: TensorList, in pass: inout ForwardPass) {
        pass.save(operands[0])
        pass.save(operands[1])
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let broadcasting = Broadcasting(pass.shape(ofInput: 0), pass.shape(ofInput: 1), Self.name)
        return TensorList(
            pass.needsGradient(0) ? gradient(right: false, dy, pass, broadcasting) : nil,
            pass.needsGradient(1) ? gradient(right: true, dy, pass, broadcasting) : nil)
    }

    private func gradient(right: Bool, _ dy: Tensor, _ pass: BackwardPass, _ broadcasting: Broadcasting) -> Tensor {
        let a = pass.shape(ofInput: 0)
        let b = pass.shape(ofInput: 1)
        let saved = pass.saved
        let dx = Tensor(uninitialized: right ? b : a)
        broadcasting.withLayout(a, b) { rank, sizes, aStrides, bStrides in
            ceeg_binary_gradient(
                Int32(Self.function.rawValue), right, rank, sizes, aStrides, bStrides, dy.pointer, saved.optional(0)?.pointer,
                saved.optional(1)?.pointer, dx.mutablePointer)
        }
        return dx
    }
}
