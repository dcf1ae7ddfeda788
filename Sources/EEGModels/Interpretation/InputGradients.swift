public import EEGTensor

extension Explainer {
    /// The gradient of a class's score with respect to each sample: how the score changes with it.
    ///
    /// Source: K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks: visualising image classification models and
    /// saliency maps", ICLR workshop 2014; times the input: A. Shrikumar et al., "Not just a black box: learning important features through
    /// propagating activation differences", arXiv:1605.01713, 2016.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - timesInput: whether to multiply by the samples, which gives shares of the score where the model is linear.
    public func inputGradients(of windows: Tensor, classes: [Int]? = nil, timesInput: Bool = false) -> Attribution {
        let classes = self.classes(classes, of: windows)
        let gradient = gradient(at: windows, classes: classes)
        return attribution(timesInput ? gradient * windows : gradient, isShare: timesInput, of: windows, classes: classes)
    }

    /// SmoothGrad: the mean of input gradients at noisy copies of each window.
    ///
    /// Source: D. Smilkov et al., "SmoothGrad: removing noise by adding noise", arXiv:1706.03825, 2017.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - copies: how many noisy copies.
    ///   - noise: the standard deviation of the noise as a share of the window's range from its smallest to its largest sample.
    public func smoothedGradients(
        of windows: Tensor, classes: [Int]? = nil, copies: Int = 25, noise: Float = 0.15, using generator: inout Generator
    ) -> Attribution {
        require(copies > 0 && noise >= 0, "smoothedGradients: \(copies) copies with a noise of \(noise)")
        let classes = self.classes(classes, of: windows)
        let range = windows.max(over: [1, 2], keepingDimensions: true) - windows.min(over: [1, 2], keepingDimensions: true)
        var sum = Tensor(zeros: windows.shape)
        for _ in 0..<copies {
            let deviation = range * noise * Tensor(normalWithMean: 0, shape: windows.shape, using: &generator)
            sum += gradient(at: windows + deviation, classes: classes)
        }
        return attribution(sum / Float(copies), isShare: false, of: windows, classes: classes)
    }

    /// - Parameter isShare: whether the values are parts of a score, rather than scores per unit of the signal.
    func attribution(_ values: Tensor, isShare: Bool, of windows: Tensor, classes: [Int]) -> Attribution {
        Attribution(
            values: values, quantity: isShare || axes.unit.isEmpty ? "score" : "score / \(axes.unit)", rows: axes.channels,
            windows: windows,
            classes: classes, axes: axes)
    }
}
