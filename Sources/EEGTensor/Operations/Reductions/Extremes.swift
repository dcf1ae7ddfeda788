internal import CEEGKernels

/// A maximum or minimum along axes.
struct Extreme: Operation {
    static let name = "extreme"

    let axes: Axes
    let keepingDimensions: Bool
    let isMaximum: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let reduction = reduction(x.shape)
        let y = Tensor(uninitialized: reduction.output)
        reduction.withLayout { rank, sizes, mask in
            ceeg_reduce(Int32((isMaximum ? CEEG_MAX : CEEG_MIN).rawValue), rank, sizes, mask, x.pointer, 1, y.mutablePointer)
        }
        pass.save(x)
        pass.save(y)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, y, dy) = (pass.saved[0], pass.saved[1], gradients[0])
        let dx = Tensor(uninitialized: x.shape)
        reduction(x.shape).withLayout { rank, sizes, mask in
            ceeg_extreme_gradient(rank, sizes, mask, x.pointer, y.pointer, dy.pointer, dx.mutablePointer)
        }
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[0].elementCount }

    func reduction(_ shape: Shape) -> Reduction {
        Reduction(shape, axes, keepingDimensions: keepingDimensions, isMaximum ? "max" : "min")
    }
}

extension Tensor {
    /// The largest elements along `axes`; NaN where there is one. Elements that tie share the gradient evenly.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func max(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(Extreme(axes: axes, keepingDimensions: keepingDimensions, isMaximum: true), self)
    }

    /// The smallest elements along `axes`; NaN where there is one. Elements that tie share the gradient evenly.
    ///
    /// - Parameter keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func min(over axes: Axes = .all, keepingDimensions: Bool = false) -> Tensor {
        apply(Extreme(axes: axes, keepingDimensions: keepingDimensions, isMaximum: false), self)
    }

    /// The positions along `axis` of the largest elements, the first where several are equal, in row-major order of the remaining axes.
    ///
    /// - Precondition: the axis exists and is not empty.
    public func argmax(axis: Int = -1) -> [Int] { positions(axis: axis, largest: true, "argmax") }

    /// The positions along `axis` of the smallest elements, the first where several are equal, in row-major order of the remaining axes.
    ///
    /// - Precondition: the axis exists and is not empty.
    public func argmin(axis: Int = -1) -> [Int] { positions(axis: axis, largest: false, "argmin") }

    private func positions(axis: Int, largest: Bool, _ operation: String) -> [Int] {
        let (outer, length, inner) = shape.split(at: shape.resolve(axis: axis, operation))
        require(length > 0, "\(operation): nothing to search along axis \(axis) of \(shape)")
        return [Int](unsafeUninitializedCapacity: Int(outer * inner)) { buffer, count in
            buffer.withMemoryRebound(to: Int64.self) {
                ceeg_arg_extreme(largest, outer, length, inner, pointer, $0.baseAddress)
            }
            count = buffer.count
        }
    }
}
