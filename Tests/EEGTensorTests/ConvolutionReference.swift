import EEGModelTesting
import EEGTensor
import Testing

/// A convolution by its definition, in Double: the sum over all pairs of an output and a tap.
struct ConvolutionReference: Sendable, CustomTestStringConvertible {
    struct Axis: Sendable {
        var size: Int, taps: Int
        var stride = 1, dilation = 1, before = 0, after = 0

        var outputs: Int { (size + before + after - dilation * (taps - 1) - 1) / stride + 1 }

        /// The input position of tap `tap` of output `output`, nil in the padding.
        func position(_ output: Int, _ tap: Int) -> Int? {
            let place = output * stride + tap * dilation - before
            return place >= 0 && place < size ? place : nil
        }
    }

    var batch = 1, channels = 1, outputs = 1, groups = 1
    var height = Axis(size: 1, taps: 1)
    var width: Axis

    var testDescription: String { "\(batch) x \(channels) -> \(outputs) in \(groups) groups, \(height), \(width)" }

    /// `[batch, channel, height, width]`
    var inputShape: Shape { [batch, channels, height.size, width.size] }
    var weightShape: Shape { [outputs, channels / groups, height.taps, width.taps] }
    var outputShape: Shape { [batch, outputs, height.outputs, width.outputs] }

    /// Calls `body` with the places of an output, a weight and an input for each product that the convolution adds up.
    private func forEachProduct(_ body: (_ y: Int, _ w: Int, _ x: Int) -> Void) {
        let (inputs, outputsOfGroup) = (channels / groups, outputs / groups)
        var y = 0
        for n in 0..<batch {
            for o in 0..<outputs {
                for i in 0..<height.outputs {
                    for j in 0..<width.outputs {
                        for c in 0..<inputs {
                            for p in 0..<height.taps {
                                guard let row = height.position(i, p) else { continue }
                                for q in 0..<width.taps {
                                    guard let column = width.position(j, q) else { continue }
                                    let channel = o / outputsOfGroup * inputs + c
                                    body(
                                        y, ((o * inputs + c) * height.taps + p) * width.taps + q,
                                        ((n * channels + channel) * height.size + row) * width.size + column)
                                }
                            }
                        }
                        y += 1
                    }
                }
            }
        }
    }

    func output(_ x: Tensor, _ weight: Tensor) -> DoubleTensor {
        let (x, weight) = (x.scalars.map(Double.init), weight.scalars.map(Double.init))
        var y = [Double](repeating: 0, count: outputShape.elementCount)
        forEachProduct { y[$0] += weight[$1] * x[$2] }
        return DoubleTensor(y, shape: outputShape)
    }

    func inputGradient(_ dy: Tensor, _ weight: Tensor) -> DoubleTensor {
        let (dy, weight) = (dy.scalars.map(Double.init), weight.scalars.map(Double.init))
        var dx = [Double](repeating: 0, count: inputShape.elementCount)
        forEachProduct { dx[$2] += weight[$1] * dy[$0] }
        return DoubleTensor(dx, shape: inputShape)
    }

    func weightGradient(_ x: Tensor, _ dy: Tensor) -> DoubleTensor {
        let (x, dy) = (x.scalars.map(Double.init), dy.scalars.map(Double.init))
        var dw = [Double](repeating: 0, count: weightShape.elementCount)
        forEachProduct { dw[$1] += x[$2] * dy[$0] }
        return DoubleTensor(dw, shape: weightShape)
    }

    /// `tensor [batch, channel, height, width]` summed over all axes but the channels.
    static func channelSums(_ tensor: Tensor) -> DoubleTensor {
        let channels = tensor.shape[1]
        let positions = tensor.shape[2] * tensor.shape[3]
        var sums = [Double](repeating: 0, count: channels)
        for (index, value) in tensor.scalars.enumerated() { sums[index / positions % channels] += Double(value) }
        return DoubleTensor(sums, shape: [channels])
    }

    /// `tensor [batch, channel, height, width]` with `bias [channel]` added.
    static func adding(_ bias: Tensor, to tensor: DoubleTensor) -> DoubleTensor {
        let bias = bias.scalars.map(Double.init)
        let positions = tensor.shape[2] * tensor.shape[3]
        return DoubleTensor(tensor.values.enumerated().map { $1 + bias[$0 / positions % bias.count] }, shape: tensor.shape)
    }
}
