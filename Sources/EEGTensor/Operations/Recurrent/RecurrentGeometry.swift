internal import CEEGKernels

/// The sizes of a recurrent layer, where its operands are, and the matrix products that take all its steps at once.
struct RecurrentGeometry {
    let batch: Int
    let steps: Int
    let inputs: Int
    let hidden: Int
    let gates: Int
    let directions: Int

    /// Checks the operands, `count` tensors of the list: the input, four tensors a direction, then the states.
    init(_ operation: String, gates: Int, directions: Int, _ operands: TensorList, count: Int) {
        let x = operands[0].shape
        require(x.rank == 3, "\(operation): the input must be [batch, time, feature], its shape is \(x)")
        require(!x.contains(0), "\(operation): the input is empty: \(x)")
        let weight = operands[2].shape
        require(
            weight.rank == 2 && weight[1] > 0 && weight[0] == gates * weight[1],
            "\(operation): the hidden weight must be [\(gates) hidden, hidden], its shape is \(weight)")
        (batch, steps, inputs, hidden) = (x[0], x[1], x[2], weight[1])
        (self.gates, self.directions) = (gates, directions)
        for direction in 0..<directions {
            let first = 1 + 4 * direction
            check(operation, "input weight", operands.optional(first), [gates * hidden, inputs], x)
            check(operation, "hidden weight", operands.optional(first + 1), [gates * hidden, hidden], x)
            check(operation, "input bias", operands.optional(first + 2), [gates * hidden], x)
            check(operation, "hidden bias", operands.optional(first + 3), [gates * hidden], x)
        }
        for index in firstState..<count {
            check(operation, "initial state", operands.optional(index), [directions, batch, hidden], x)
        }
    }

    private func check(_ operation: String, _ what: String, _ tensor: Tensor?, _ shape: Shape, _ x: Shape) {
        guard let tensor else { return }
        require(
            tensor.shape == shape, "\(operation): the \(what) must be \(shape) for an input \(x), its shape is \(tensor.shape)")
    }

    /// The place of the first initial state among the operands.
    var firstState: Int { 1 + 4 * directions }
    var rows: Int { batch * steps }
    var outputShape: Shape { [batch, steps, directions * hidden] }
    var stateShape: Shape { [directions, batch, hidden] }
    var stateCount: Int { batch * hidden }

    func sizes(direction: Int) -> ceeg_recurrent_sizes {
        ceeg_recurrent_sizes(
            batch: Int64(batch), steps: Int64(steps), hidden: Int64(hidden), output_stride: Int64(directions * hidden),
            reversed: direction == 1)
    }

    /// The input's part of all gates: `[directions, batch, steps, gates * hidden]`, without biases.
    func projectedInput(_ operands: TensorList) -> Tensor {
        let width = gates * hidden
        let x = operands[0]
        let result = Tensor(uninitialized: [directions, batch, steps, width])
        for direction in 0..<directions {
            let weight = operands[1 + 4 * direction]
            parallelGEMM(
                rows, width, inputs, MatrixOperand(x.pointer, rowStride: inputs),
                MatrixOperand(weight.pointer, rowStride: inputs, isTransposed: true),
                into: result.mutablePointer + direction * rows * width)
            withExtendedLifetime((x, weight)) {}
        }
        return result
    }
}
