internal import CEEGKernels

struct Variance: Operation {
    static let name = "variance"

    let axes: Axes
    let keepingDimensions: Bool
    let isUnbiased: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let reduction = reduction(x.shape)
        let mean = Tensor(uninitialized: reduction.output)
        let y = Tensor(uninitialized: reduction.output)
        reduction.withLayout { rank, sizes, mask in
            ceeg_variance(rank, sizes, mask, x.pointer, divisor(reduction), mean.mutablePointer, y.mutablePointer)
        }
        pass.save(x)
        pass.save(mean)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, mean) = (pass.saved[0], pass.saved[1])
        let reduction = reduction(x.shape)
        let weight = gradients[0] * (2 / divisor(reduction))
        let dx = Tensor(uninitialized: x.shape)
        reduction.withLayout { rank, sizes, mask in
            ceeg_deviation_gradient(rank, sizes, mask, x.pointer, mean.pointer, weight.pointer, dx.mutablePointer)
        }
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].elementCount }

    private func reduction(_ shape: Shape) -> Reduction { Reduction(shape, axes, keepingDimensions: keepingDimensions, Self.name) }

    private func divisor(_ reduction: Reduction) -> Float { Float(reduction.length - (isUnbiased ? 1 : 0)) }
}

extension Tensor {
    /// The mean squared deviation from the mean along `axes`, computed in two passes.
    ///
    /// - Parameters:
    ///   - unbiased: whether the sum is divided by one less than the number of elements (Bessel's correction); NaN for a single element.
    ///   - keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func variance(over axes: Axes = .all, unbiased: Bool = false, keepingDimensions: Bool = false) -> Tensor {
        apply(Variance(axes: axes, keepingDimensions: keepingDimensions, isUnbiased: unbiased), self)
    }

    /// The square root of the variance along `axes`. Where it is 0, as in a flat channel, no gradient flows.
    ///
    /// - Parameters:
    ///   - unbiased: whether the sum of squares is divided by one less than the number of elements.
    ///   - keepingDimensions: whether the axes stay, with size 1.
    /// - Precondition: the axes exist and are not empty.
    public func standardDeviation(over axes: Axes = .all, unbiased: Bool = false, keepingDimensions: Bool = false) -> Tensor {
        let variance = variance(over: axes, unbiased: unbiased, keepingDimensions: keepingDimensions)
        // The slope of the square root is infinite at 0.
        let isFlat = variance .== 0
        return sqrt(variance.replacing(with: 1, where: isFlat)).replacing(with: 0, where: isFlat)
    }
}
