internal import CEEGKernels

/// An activation that a normalisation can apply in the same pass.
public enum Activation: Sendable, Equatable {
    /// The value itself.
    case none
    case relu
    case leakyReLU(slope: Float = 0.01)
    case elu(alpha: Float = 1)
    case silu
    case gelu

    /// The activation of every element.
    public func callAsFunction(_ x: consuming Tensor) -> Tensor {
        switch self {
        case .none: x
        case .relu: EEGTensor.relu(x)
        case .leakyReLU(let slope): EEGTensor.leakyReLU(x, slope: slope)
        case .elu(let alpha): EEGTensor.elu(x, alpha: alpha)
        case .silu: EEGTensor.silu(x)
        case .gelu: EEGTensor.gelu(x)
        }
    }

    /// The kernels' number of the activation, and its parameter.
    var kernel: (index: Int32, parameter: Float) {
        switch self {
        case .none: (Int32(CEEG_FUSED_NONE.rawValue), 0)
        case .relu: (Int32(CEEG_FUSED_RELU.rawValue), 0)
        case .leakyReLU(let slope): (Int32(CEEG_FUSED_LEAKY_RELU.rawValue), slope)
        case .elu(let alpha): (Int32(CEEG_FUSED_ELU.rawValue), alpha)
        case .silu: (Int32(CEEG_FUSED_SILU.rawValue), 0)
        case .gelu: (Int32(CEEG_FUSED_GELU.rawValue), 0)
        }
    }
}
