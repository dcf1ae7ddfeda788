public import EEGTensor

extension Explainer {
    /// Grad-CAM: where activations of some layer speak for a class. The filters of the layer are added up, each weighted by the mean
    /// gradient of the score with respect to its activations; what is negative counts as 0.
    ///
    /// Source: R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV 2017.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - layer: the path of a convolution or batch norm (with its activation), such as `conv_spatial`: the names of its parameters
    ///     without their last parts. Other layers can be seen that call ``ForwardContext/exposing(_:as:)``. It gives `[batch, filter,
    ///     time]` or `[batch, filter, row, time]`, rows mostly the channels or a single one.
    /// - Returns: values over the time of the windows, linear between the activations, which are taken to be evenly spaced in it.
    public func gradCAM(of windows: Tensor, classes: [Int]? = nil, at layer: String) -> Attribution {
        let classes = self.classes(classes, of: windows)
        var context = ForwardContext.inference
        context.probe = LayerProbe(of: layer)
        _ = model(windows, &context)
        guard let activations = context.probe?.output else {
            fatalError("gradCAM: there is no layer \(layer) to see; there are \((context.probe?.layers ?? []).joined(separator: ", "))")
        }
        let zeros = Parameter(layer, Tensor(zeros: activations.shape))
        context.probe = LayerProbe(of: layer)
        context.probe?.zeros = zeros
        let (_, gradients) = valueAndGradient(of: [zeros]) { select(classes, from: model(windows, &context)).sum() }
        return gradCAM(activations, gradient: gradients[zeros] ?? zeros.value, of: windows, classes: classes)
    }

    /// Grad-CAM where a model is cut in two.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - activations: the first part of the model, from windows to activations `[batch, filter, time]` or `[batch, filter, row, time]`.
    ///   - scores: the rest of the model, from the activations to `[batch, class]`.
    public func gradCAM(
        of windows: Tensor, classes: [Int]? = nil, activations: (Tensor, inout ForwardContext) -> Tensor,
        scores: (Tensor, inout ForwardContext) -> Tensor
    ) -> Attribution {
        let classes = self.classes(classes, of: windows)
        var context = ForwardContext.inference
        let found = activations(windows, &context)
        let gradient = valueAndGradient(at: found) { select(classes, from: scores($0, &context)).sum() }.gradient
        return gradCAM(found, gradient: gradient, of: windows, classes: classes)
    }

    private func gradCAM(_ activations: Tensor, gradient: Tensor, of windows: Tensor, classes: [Int]) -> Attribution {
        let shape = activations.shape
        require(
            shape.rank == 3 || shape.rank == 4,
            "gradCAM: activations of shape \(shape), expected [batch, filter, time] or [batch, filter, row, time]")
        let rows = shape.rank == 4 ? shape[2] : 1
        let size: Shape = [shape[0], shape[1], rows, shape[shape.rank - 1]]
        let weights = gradient.reshaped(to: size).mean(over: [2, 3], keepingDimensions: true)
        let map = relu((activations.reshaped(to: size) * weights).sum(over: 1))
        let names = rows == axes.channels.count ? axes.channels : rows == 1 ? ["all channels"] : (1...rows).map { "row \($0)" }
        return Attribution(
            values: interpolate1D(map, size: axes.samples, mode: .linear()), quantity: "score", rows: names, windows: windows,
            classes: classes, axes: axes)
    }
}
