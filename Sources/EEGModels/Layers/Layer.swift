public import EEGTensor

/// A part of a model that maps a tensor to a tensor.
public protocol Layer: Sendable {
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor
}
