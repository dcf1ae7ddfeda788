internal import EEGTensor

/// Two causal convolutions, each with batch norm, ELU and dropout, added to what they are given, and ELU again: a block of a temporal
/// convolutional network.
///
/// Source: S. Bai, J. Z. Kolter and V. Koltun, "An empirical evaluation of generic convolutional and recurrent networks for sequence
/// modeling", 2018.
struct CausalResidualBlock: Layer {
    private let convolutions: [Convolution1D]
    private let norms: [BatchNorm]
    private let dropout: Dropout

    /// - Parameters:
    ///   - scope: gives `conv1`, `bn1`, `conv2` and `bn2`.
    ///   - initializer: uniform within √6 / √(fan in) where absent.
    init(
        _ scope: ParameterScope, width: Int, kernel: Int, dilation: Int, groups: Int = 1, dropoutRate: Float, maximumNorm: Float? = nil,
        initializer: Initializer? = nil, biasInitializer: Initializer? = nil
    ) {
        let limit = (6 / Float(width / groups * kernel)).squareRoot()
        convolutions = [1, 2].map {
            Convolution1D(
                scope.child("conv\($0)"), inputs: width, outputs: width, kernel: kernel, padding: .causal, dilation: dilation,
                groups: groups, maximumNorm: maximumNorm, initializer: initializer ?? .uniform(limit), biasInitializer: biasInitializer)
        }
        norms = [1, 2].map { BatchNorm(scope.child("bn\($0)"), channels: width, activation: .elu()) }
        dropout = Dropout(rate: dropoutRate)
    }

    /// The shape of `x`, which is `[batch, width, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = x
        for (convolution, norm) in zip(convolutions, norms) { result = dropout(norm(convolution(result, &context), &context), &context) }
        return elu(result + x)
    }
}
