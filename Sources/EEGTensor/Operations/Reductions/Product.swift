internal import CEEGKernels

struct Product: Operation {
    static let name = "product"

    let axes: Axes
    let keepingDimensions: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let reduction = reduction(x.shape)
        let y = Tensor(uninitialized: reduction.output)
        reduction.withLayout { rank, sizes, mask in
            ceeg_reduce(Int32(CEEG_PRODUCT.rawValue), rank, sizes, mask, x.pointer, 1, y.mutablePointer)
        }
        pass.save(x)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, dy) = (pass.saved[0], gradients[0])
        let dx = Tensor(uninitialized: x.shape)
        reduction(x.shape).withLayout { rank, sizes, mask in
            ceeg_product_gradient(rank, sizes, mask, x.pointer, dy.pointer, dx.mutablePointer)
        }
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[0].elementCount }

    private func reduction(_ shape: Shape) -> Reduction { Reduction(shape, axes, keepingDimensions: keepingDimensions, Self.name) }
}

extension Tensor {
    /// The product of the elements along `axes`. Its gradient is exact also where factors are 0.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func product(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(Product(axes: axes, keepingDimensions: keepingDimensions), self)
    }
}
