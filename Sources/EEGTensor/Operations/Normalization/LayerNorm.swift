internal import CEEGKernels

/// Normalises the elements along the last axes to mean 0 and variance 1, then scales and shifts each of them (Ba et al. 2016).
///
/// - Parameters:
///   - x: the last `axes` axes are normalised together.
///   - axes: how many axes that is.
///   - scale: of the shape of these axes; 1 where absent.
///   - shift: of the shape of these axes; 0 where absent.
///   - epsilon: is added to the variance.
/// - Precondition: the shapes agree.
public func layerNorm(
    _ x: consuming Tensor, axes: Int = 1, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
    apply(LayerNorm(axes: axes, epsilon: epsilon), x, scale, shift)
}

struct LayerNorm: Operation {
    static let name = "layerNorm"

    let axes: Int
    let epsilon: Float

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, scale, shift) = (inputs[0], inputs.optional(1), inputs.optional(2))
        require(axes > 0 && axes <= x.rank, "\(Self.name): the last \(axes) axes of \(x.shape)")
        let normalized = normalizedShape(x.shape)
        for (tensor, name) in [(scale, "scale"), (shift, "shift")] {
            guard let tensor else { continue }
            require(
                tensor.shape == normalized,
                "\(Self.name): \(name) has shape \(tensor.shape), the normalised axes of \(x.shape) are \(normalized)")
        }
        let length = normalized.elementCount
        require(length > 0, "\(Self.name): the last \(axes) axes of \(x.shape) are empty")
        let rows = x.count / length
        let mean = Tensor(uninitialized: [rows])
        let inverseDeviation = Tensor(uninitialized: [rows])
        let y = pass.result(overwriting: 0, of: inputs)
        ceeg_layer_norm(
            Int64(rows), Int64(length), x.pointer, scale?.pointer, shift?.pointer, epsilon, mean.mutablePointer,
            inverseDeviation.mutablePointer, y.mutablePointer)
        for tensor in [x, scale, mean, inverseDeviation] { pass.save(tensor) }
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, scale, mean, inverseDeviation) = (pass.saved[0], pass.saved.optional(1), pass.saved[2], pass.saved[3])
        let dy = gradients[0]
        let normalized = normalizedShape(x.shape)
        let dx = pass.result(overwriting: 0, of: gradients)
        let scaleGradient = Tensor(uninitialized: normalized)
        let shiftGradient = Tensor(uninitialized: normalized)
        ceeg_layer_norm_gradient(
            Int64(mean.count), Int64(normalized.elementCount), x.pointer, dy.pointer, scale?.pointer, mean.pointer,
            inverseDeviation.pointer,
            dx.mutablePointer, scaleGradient.mutablePointer, shiftGradient.mutablePointer)
        return TensorList(dx, scaleGradient, shiftGradient)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 8 * inputs[0].elementCount }

    private func normalizedShape(_ shape: Shape) -> Shape { Shape(shape.suffix(axes)) }
}
