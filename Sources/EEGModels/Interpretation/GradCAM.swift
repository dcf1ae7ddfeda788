public import EEGTensor

extension Explainer {
    /// Grad-CAM: where activations of some layer speak for a class. The filters of the layer are added up, each weighted by the mean gradient of the
    /// score with respect to its activations; what is negative counts as 0.
    ///
    /// Source: R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV 2017.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - activations: the first part of the model, from windows to the activations of the layer: `[batch, filter, time]` or `[batch, filter, row, time]`,
    ///     rows mostly the channels or a single one. A last axis of size 1 means that time is the axis before it.
    ///   - scores: the rest of the model, from the activations to `[batch, class]`.
    /// - Returns: values over the time of the windows, linear between the activations, which are taken to be evenly spaced in it.
    public func gradCAM(
        of windows: Tensor, classes: [Int]? = nil, activations: (Tensor, inout ForwardContext) -> Tensor,
        scores: (Tensor, inout ForwardContext) -> Tensor
    ) -> Attribution {
        let classes = self.classes(classes, of: windows)
        var context = ForwardContext.inference
        let found = activations(windows, &context)
        require(
            found.rank == 3 || found.rank == 4,
            "gradCAM: activations of shape \(found.shape), expected [batch, filter, time] or [batch, filter, row, time]; split the model before they are flattened")
        var gradient = valueAndGradient(at: found) { select(classes, from: scores($0, &context)).sum() }.gradient
        var maps = found
        if maps.rank == 3 {
            (maps, gradient) = (maps.expandingDimensions(at: 2), gradient.expandingDimensions(at: 2))
        } else if maps.shape[3] == 1 {
            (maps, gradient) = (maps.transposed(), gradient.transposed())
        }
        let weighted = relu((maps * gradient.mean(over: [2, 3], keepingDimensions: true)).sum(over: 1))
        let rows = weighted.shape[1]
        let names = rows == axes.channels.count ? axes.channels : rows == 1 ? ["all channels"] : (1...rows).map { "row \($0)" }
        return Attribution(
            values: interpolate1D(weighted, size: axes.samples, mode: .linear()), quantity: "score", rows: names, windows: windows,
            classes: classes, axes: axes)
    }
}

extension Explainer where Explained: ZooModel {
    /// Grad-CAM at what the last layer sees.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    /// - Precondition: the model's features still have an axis of time: `[batch, filter, time]` or `[batch, filter, row, time]`.
    public func gradCAM(of windows: Tensor, classes: [Int]? = nil) -> Attribution {
        gradCAM(of: windows, classes: classes, activations: { model.features($0, &$1) }, scores: { model.scores($0, &$1) })
    }
}
