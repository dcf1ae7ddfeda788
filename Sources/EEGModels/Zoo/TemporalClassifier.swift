internal import EEGTensor

/// The last layer of a network that is convolutional to its end.
struct TemporalClassifier: Layer {
    private let convolution: TimeFirstConvolution

    /// - Parameters:
    ///   - scope: gives `conv_classifier.weight` and `conv_classifier.bias`.
    ///   - samples: how many samples the convolution sees.
    init(_ scope: ParameterScope, inputs: Int, samples: Int, outputs: Int) {
        convolution = TimeFirstConvolution(
            scope.child("conv_classifier"), inputs: inputs, outputs: outputs, kernel: (samples, 1), initializer: .glorotUniform,
            biasInitializer: .constant(0))
    }

    /// `[batch, filter, 1, time]` to `[batch, class]`, or `[batch, class, place]` where there are more samples than the convolution sees.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let scores = convolution(x, &context)
        return scores.shape[3] == 1 ? scores.flattened() : scores.squeezed(axis: 2)
    }
}
