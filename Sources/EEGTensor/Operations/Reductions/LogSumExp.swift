internal import CEEGKernels

struct LogSumExp: Operation {
    static let name = "logSumExp"

    let axes: Axes
    let keepingDimensions: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let reduction = reduction(x.shape)
        let y = Tensor(uninitialized: reduction.output)
        reduction.withLayout { rank, sizes, mask in ceeg_log_sum_exp(rank, sizes, mask, x.pointer, y.mutablePointer) }
        pass.save(x)
        pass.save(y)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, y, dy) = (pass.saved[0], pass.saved[1], gradients[0])
        let dx = Tensor(uninitialized: x.shape)
        reduction(x.shape).withLayout { rank, sizes, mask in
            ceeg_log_sum_exp_gradient(rank, sizes, mask, x.pointer, y.pointer, dy.pointer, dx.mutablePointer)
        }
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 18 * inputs[0].elementCount }

    private func reduction(_ shape: Shape) -> Reduction { Reduction(shape, axes, keepingDimensions: keepingDimensions, Self.name) }
}

extension Tensor {
    /// log(Σ exp(x)) along `axes`, without overflow for large elements.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func logSumExp(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(LogSumExp(axes: axes, keepingDimensions: keepingDimensions), self)
    }
}
