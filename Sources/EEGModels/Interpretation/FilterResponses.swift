public import EEGTensor
internal import Foundation

/// Which frequencies the learned filters of a convolution over time let through.
public struct FilterResponses: Sendable {
    /// The name of each filter.
    public let names: [String]
    /// In Hz, from 0 to half of the sampling rate.
    public let frequencies: [Double]
    /// For each filter its gain at each frequency in dB: 20 log₁₀ |Σ w[n] e^(−2πi f n / rate)|, not below −200.
    public let decibels: [[Double]]

    /// The responses of kernels.
    ///
    /// - Parameters:
    ///   - weight: `[output, input, kernel]`, or `[output, input, 1, kernel]` or `[output, input, kernel, 1]`: one filter for each output
    ///     and input.
    ///   - samplingRate: of the signal that is filtered, in samples a second.
    ///   - dilation: samples from one weight of the kernel to the next.
    ///   - count: frequencies, evenly spaced.
    public init(of weight: Tensor, samplingRate: Double, dilation: Int = 1, count: Int = 257) {
        require(
            samplingRate > 0 && samplingRate.isFinite && dilation > 0 && count > 1,
            "FilterResponses: \(count) frequencies at \(samplingRate) samples a second with a dilation of \(dilation)")
        let kernels = timeKernels(weight)
        let (outputs, inputs, length) = (kernels.shape[0], kernels.shape[1], kernels.shape[2])
        let values = kernels.scalars
        let steps = (0..<count).map { Double($0) / Double(count - 1) }
        frequencies = steps.map { $0 * samplingRate / 2 }
        decibels = (0..<(outputs * inputs)).map { filter in
            steps.map { step in
                let kernel = values[(filter * length)..<((filter + 1) * length)]
                var (real, imaginary) = (0.0, 0.0)
                for (index, value) in kernel.enumerated() {
                    let angle = -Double.pi * step * Double(index * dilation)
                    real += Double(value) * cos(angle)
                    imaginary += Double(value) * sin(angle)
                }
                return 20 * log10(max(hypot(real, imaginary), 1e-10))
            }
        }
        names = filterNames(outputs: outputs, inputs: inputs)
    }
}

extension Explainer {
    /// The frequency responses of the model's convolution over time whose weight has this name, such as `conv_temporal.weight`.
    ///
    /// A limit of the filters' norm (`parametrizations.weight.original`) is not applied; it would shift a curve as a whole.
    ///
    /// - Parameters:
    ///   - samplingRate: that of the layer's input, in samples a second: the model's by default, lower behind pooling.
    ///   - dilation: samples from one weight of the kernel to the next.
    public func filterResponses(of weight: String, samplingRate: Double? = nil, dilation: Int = 1) -> FilterResponses {
        FilterResponses(of: parameter(weight), samplingRate: samplingRate ?? axes.samplingRate, dilation: dilation)
    }
}

/// The weight of a convolution over time alone as `[output, input, kernel]`.
func timeKernels(_ weight: Tensor) -> Tensor {
    let shape = weight.shape
    require(
        shape.rank == 3 || (shape.rank == 4 && (shape[2] == 1 || shape[3] == 1)),
        "a weight of shape \(shape) is no convolution over time: expected [output, input, kernel] or [output, input, 1, kernel]")
    return weight.reshaped(to: [shape[0], shape[1], weight.count / (shape[0] * shape[1])])
}

/// A name for each pair of an output and an input of a convolution, inputs fastest.
func filterNames(outputs: Int, inputs: Int) -> [String] {
    (1...outputs).flatMap { output in (1...inputs).map { inputs == 1 ? "filter \(output)" : "filter \(output), input \($0)" } }
}
