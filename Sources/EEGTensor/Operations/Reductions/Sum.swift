internal import CEEGKernels

/// A sum or a mean.
struct Sum: Operation {
    static let name = "sum"

    let axes: Axes
    let keepingDimensions: Bool
    let isMean: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let reduction = reduction(x.shape)
        let y = Tensor(uninitialized: reduction.output)
        reduction.withLayout { rank, sizes, mask in
            ceeg_reduce(Int32(CEEG_SUM.rawValue), rank, sizes, mask, x.pointer, scale(reduction), y.mutablePointer)
        }
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let reduction = reduction(pass.shape(ofInput: 0))
        let dx = Tensor(uninitialized: reduction.input)
        let dy = gradients[0]
        reduction.withLayout { rank, sizes, mask in
            ceeg_sum_gradient(rank, sizes, mask, dy.pointer, scale(reduction), dx.mutablePointer)
        }
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[0].elementCount }

    func reduction(_ shape: Shape) -> Reduction {
        Reduction(shape, axes, keepingDimensions: keepingDimensions, isMean ? "mean" : "sum")
    }

    func scale(_ reduction: Reduction) -> Float { isMean ? 1 / Float(reduction.length) : 1 }
}

extension Tensor {
    /// The sum of the elements along `axes`.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func sum(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(Sum(axes: axes, keepingDimensions: keepingDimensions, isMean: false), self)
    }

    /// The mean of the elements along `axes`.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func mean(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(Sum(axes: axes, keepingDimensions: keepingDimensions, isMean: true), self)
    }
}
