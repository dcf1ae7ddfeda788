internal import EEGTensor

/// A convolution over `[batch, filter, electrode, time]` whose weights a computation of several layers can use.
protocol ElectrodeTimeConvolution: Layer {
    /// `[output, input / groups, electrodes, samples]`, its norm limited.
    var kernel: Tensor { get }
    /// `[output]`.
    var kernelBias: Tensor? { get }
    /// Zeros around time.
    var timePadding: ConvolutionPadding { get }
    var groups: Int { get }
    /// Whether it moves by single places along both axes and pads time alone.
    var isPlain: Bool { get }
}

extension Convolution2D: ElectrodeTimeConvolution {
    var kernel: Tensor { limitingNorm(of: weight.value, to: maximumNorm) }
    var kernelBias: Tensor? { bias?.value }
    var timePadding: ConvolutionPadding { padding.width }
    var isPlain: Bool { stride == (1, 1) && dilation == (1, 1) && padding.height == .valid }
}

extension TimeFirstConvolution: ElectrodeTimeConvolution {
    var kernel: Tensor {
        let shape = weight.value.shape
        return limitingNorm(of: weight.value, to: maximumNorm).reshaped(to: [shape[0], shape[1], shape[3], shape[2]])
    }
    var kernelBias: Tensor? { bias?.value }
    var timePadding: ConvolutionPadding { padding }
    var isPlain: Bool { stride == 1 && dilation == 1 }
}
