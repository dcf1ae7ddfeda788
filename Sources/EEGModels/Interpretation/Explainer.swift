internal import EEGTensor

/// Explains which parts of windows the scores of a model come from, and what its filters respond to.
///
/// ```swift
/// let explainer = Explainer(model, channels: ["C3", "Cz", "C4"], startTime: -0.5)
/// let gradients = explainer.integratedGradients(of: batch.signals, classes: batch.labels)
/// try gradients.attribution.figure().write(to: "gradients.svg")
/// ```
///
/// Scores are those before the softmax; the model runs as in inference: running statistics, no dropout.
public struct Explainer<Explained: Model>: Sendable {
    public let model: Explained
    public let axes: SignalAxes

    /// - Parameters:
    ///   - channels: names in the order of the model's input; 1, 2, 3 … by default.
    ///   - startTime: the time of a window's first sample in seconds.
    ///   - unit: of the samples.
    /// - Precondition: as many names as the model has channels.
    public init(_ model: Explained, channels: [String]? = nil, startTime: Double = 0, unit: String = "µV") {
        let shape = model.shape
        let channels = channels ?? (1...shape.channels).map(String.init)
        require(channels.count == shape.channels, "Explainer: \(channels.count) names for \(shape.channels) channels")
        self.model = model
        axes = SignalAxes(
            channels: channels, samples: shape.samples, samplingRate: shape.samplingRate, startTime: startTime, unit: unit)
    }

    /// The classes to explain: those asked for, or the predicted ones.
    func classes(_ classes: [Int]?, of windows: Tensor) -> [Int] {
        require(
            windows.rank == 3 && windows.shape[1] == axes.channels.count && windows.shape[2] == axes.samples,
            "Explainer: windows of shape \(windows.shape), expected [batch, \(axes.channels.count), \(axes.samples)]")
        let classes = classes ?? scores(of: windows).argmax(axis: -1)
        require(classes.count == windows.shape[0], "Explainer: \(classes.count) classes for windows of shape \(windows.shape)")
        return classes
    }

    /// `[batch, class]`.
    func scores(of windows: Tensor) -> Tensor {
        var context = ForwardContext.inference
        return model(windows, &context)
    }

    /// The score of one class for each window.
    func scores(of windows: Tensor, classes: [Int]) -> [Float] { select(classes, from: scores(of: windows)).scalars }

    /// The gradient of the score of each window's class with respect to that window. In inference no window influences another one's score.
    func gradient(at windows: Tensor, classes: [Int]) -> Tensor {
        valueAndGradient(at: windows) { select(classes, from: scores(of: $0)).sum() }.gradient
    }

    /// `[batch, class]` to `[batch]`.
    func select(_ classes: [Int], from scores: Tensor) -> Tensor {
        (scores * Tensor(oneHot: classes, classes: scores.shape[1])).sum(over: 1)
    }

    /// The trained parameter of this name.
    func parameter(_ name: String) -> Tensor {
        let parameters = model.parameters
        guard let parameter = parameters.first(where: { $0.name == name }) else {
            fatalError("Explainer: the model has no parameter \(name); it has \(parameters.map(\.name).joined(separator: ", "))")
        }
        return parameter.value
    }
}
