internal import CEEGKernels

/// Softmax or its logarithm.
struct Softmax: Operation {
    static let name = "softmax"

    let axis: Int
    let isLogarithm: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let y = pass.result(overwriting: 0, of: inputs)
        let (outer, length, inner) = split(x.shape)
        require(length > 0, "\(Self.name): axis \(axis) of \(x.shape) is empty")
        ceeg_softmax(isLogarithm, outer, length, inner, x.pointer, y.mutablePointer)
        pass.save(y)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (y, dy) = (pass.saved[0], gradients[0])
        let dx = pass.result(overwriting: 0, of: gradients)
        let (outer, length, inner) = split(y.shape)
        ceeg_softmax_gradient(isLogarithm, outer, length, inner, y.pointer, dy.pointer, dx.mutablePointer)
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 20 * inputs[0].elementCount }

    func split(_ shape: Shape) -> (outer: Int64, length: Int64, inner: Int64) {
        shape.split(at: shape.resolve(axis: axis, Self.name))
    }
}

/// exp(x) divided by its sum along `axis`, without overflow for large elements.
///
/// - Precondition: the axis exists and is not empty.
public func softmax(_ x: consuming Tensor, axis: Int = -1) -> Tensor { apply(Softmax(axis: axis, isLogarithm: false), x) }

/// The logarithm of softmax along `axis`, accurate where softmax itself would round to 0 or 1.
///
/// - Precondition: the axis exists and is not empty.
public func logSoftmax(_ x: consuming Tensor, axis: Int = -1) -> Tensor { apply(Softmax(axis: axis, isLogarithm: true), x) }
