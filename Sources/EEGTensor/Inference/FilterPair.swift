internal import CEEGKernels

/// A filter over time, `[batch, 1, electrode, time]` to `[batch, filter, electrode, time]`, with a spatial filter over all electrodes behind it.
///
/// Both are linear, so they can be computed in another order or as one.
struct FilterPair {
    private let temporal: Filter
    private let spatial: Filter
    private let width: ConvolutionAxis
    private let groups: Int
    private let input: InferenceGraph.Operand
    private let inputShape: Shape
    private let results: [Int]
    private let outputShape: Shape
    private let electrodes: Int
    private let filters: Int
    private let outputs: Int
    private let taps: Int

    /// nil where the steps are something else.
    init?(_ first: InferenceGraph.Step, _ second: InferenceGraph.Step, _ shape: (InferenceGraph.Operand) -> Shape?) {
        guard let a = first.operation as? Convolution, let b = second.operation as? Convolution, let temporal = Filter(first),
            let spatial = Filter(second), let input = shape(first.operands[0]), let middle = shape(second.operands[0]),
            let output = shape(.value(second.results[0])), input.rank == 4, input[1] == 1, temporal.weight.shape[2] == 1,
            middle[2] == input[2], spatial.weight.shape[3] == 1, spatial.weight.shape[2] == middle[2], output[2] == 1, output[3] == middle[3]
        else { return nil }
        let (geometryA, geometryB) = (a.geometry(input, temporal.weight.shape), b.geometry(middle, spatial.weight.shape))
        guard geometryA.pad_top == 0, geometryB.pad_top == 0, geometryB.pad_left == 0 else { return nil }
        (self.temporal, self.spatial, width, groups) = (temporal, spatial, a.width, b.groups)
        (self.input, inputShape, results, outputShape) = (first.operands[0], input, second.results, output)
        (electrodes, filters, outputs, taps) = (input[2], temporal.weight.shape[0], output[1], temporal.weight.shape[3])
    }

    /// Cheaper steps with the same result; nil where there are none.
    func composed(_ graph: inout InferenceGraph, function: UnaryFunction?) -> [InferenceGraph.Step]? {
        let order = TemporalSpatialOrder.cheapest(
            electrodes: electrodes, filters: filters, outputs: outputs, groups: groups, taps: taps, needsStatistics: false)
        if order == .temporalFirst { return nil }
        let signals = graph.addValue([inputShape[0], electrodes, 1, inputShape[3]])
        let reshape = InferenceGraph.Step(operation: Reshape(shape: graph.shapes[signals]), operands: [input], results: [signals])
        let bias = InferenceGraph.Operand.constant(Tensor(totalBias.map { Float($0) }))
        if order == .joint {
            let convolution = Convolution(height: ConvolutionAxis(), width: width, groups: 1)
            return [
                reshape,
                InferenceGraph.Step(
                    operation: convolution, operands: [.value(signals), .constant(jointWeight), bias], results: results, function: function),
            ]
        }
        let sums = graph.addValue([inputShape[0], outputs, 1, inputShape[3]])
        let mixing = Convolution(height: ConvolutionAxis(), width: ConvolutionAxis(), groups: 1)
        let filtering = Convolution(height: ConvolutionAxis(), width: width, groups: outputs)
        let rows = (0..<outputs).map { temporal.weight[filter(of: $0)] }
        return [
            reshape,
            InferenceGraph.Step(
                operation: mixing,
                operands: [.value(signals), .constant(spatial.weight.reshaped(to: [outputs, electrodes, 1, 1])), .absent], results: [sums]),
            InferenceGraph.Step(
                operation: filtering, operands: [.value(sums), .constant(stack(rows)), bias], results: results, function: function),
        ]
    }

    /// The first filter over time that output `output` sees.
    private func filter(of output: Int) -> Int { output / (outputs / groups) * (filters / groups) }

    /// What the bias of the filters over time becomes behind the spatial filter.
    private var totalBias: [Double] {
        let weights = spatial.weight.scalars
        let inGroup = filters / groups
        return (0..<outputs).map { output in
            var sum = spatial.bias[output]
            for index in 0..<(inGroup * electrodes) {
                sum += Double(weights[output * inGroup * electrodes + index]) * temporal.bias[filter(of: output) + index / electrodes]
            }
            return sum
        }
    }

    /// One filter of all electrodes over time, `[output, electrode, 1, tap]`.
    private var jointWeight: Tensor {
        let (mixing, kernels, inGroup) = (spatial.weight.scalars, temporal.weight.scalars, filters / groups)
        var joint = [Double](repeating: 0, count: outputs * electrodes * taps)
        for output in 0..<outputs {
            for index in 0..<(inGroup * electrodes) {
                let factor = Double(mixing[output * inGroup * electrodes + index])
                let kernel = (filter(of: output) + index / electrodes) * taps
                let target = (output * electrodes + index % electrodes) * taps
                for tap in 0..<taps { joint[target + tap] += factor * Double(kernels[kernel + tap]) }
            }
        }
        return Tensor(joint.map { Float($0) }, shape: [outputs, electrodes, 1, taps])
    }
}
