internal import CEEGKernels

struct CumulativeSum: Operation {
    static let name = "cumulativeSum"

    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let y = pass.result(overwriting: 0, of: inputs)
        run(inputs[0], into: y, backwards: false)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dx = pass.result(overwriting: 0, of: gradients)
        run(gradients[0], into: dx, backwards: true)
        return TensorList(dx)
    }

    private func run(_ x: Tensor, into y: Tensor, backwards: Bool) {
        let (outer, length, inner) = x.shape.split(at: x.shape.resolve(axis: axis, Self.name))
        ceeg_cumulative_sum(backwards, outer, length, inner, x.pointer, y.mutablePointer)
    }
}

extension Tensor {
    /// The sums of the elements up to and including each one along `axis`.
    ///
    /// - Precondition: the axis exists.
    public func cumulativeSum(axis: Int = -1) -> Tensor { apply(CumulativeSum(axis: axis), self) }
}
