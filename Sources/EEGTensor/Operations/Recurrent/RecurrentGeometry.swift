internal import CEEGKernels

/// The sizes of a recurrent layer, where its operands are, and the matrix products that take all its steps at once.
struct RecurrentGeometry {
    let batch: Int
    let steps: Int
    let inputs: Int
    let hidden: Int
    let gates: Int
    let directions: Int

    /// Checks the shapes of the operands, nil where one is absent: the input, four tensors a direction, then the states.
    init(_ operation: String, gates: Int, directions: Int, operands count: Int, shape: (Int) -> Shape?) {
        func given(_ index: Int) -> Shape {
            guard let shape = shape(index) else {
                requirementFailed("\(operation): operand \(index) is absent", file: #fileID, line: #line)
            }
            return shape
        }
        let x = given(0)
        require(x.rank == 3, "\(operation): the input must be [batch, time, feature], its shape is \(x)")
        require(!x.contains(0), "\(operation): the input is empty: \(x)")
        let weight = given(2)
        require(
            weight.rank == 2 && weight[1] > 0 && weight[0] == gates * weight[1],
            "\(operation): the hidden weight must be [\(gates) hidden, hidden], its shape is \(weight)")
        (batch, steps, inputs, hidden) = (x[0], x[1], x[2], weight[1])
        (self.gates, self.directions) = (gates, directions)
        for direction in 0..<directions {
            let first = 1 + 4 * direction
            check(operation, "input weight", given(first), [gates * hidden, inputs], x)
            check(operation, "hidden weight", given(first + 1), [gates * hidden, hidden], x)
            check(operation, "input bias", shape(first + 2), [gates * hidden], x)
            check(operation, "hidden bias", shape(first + 3), [gates * hidden], x)
        }
        for index in firstState..<count {
            check(operation, "initial state", shape(index), [directions, batch, hidden], x)
        }
    }

    private func check(_ operation: String, _ what: String, _ found: Shape?, _ shape: Shape, _ x: Shape) {
        guard let found else { return }
        require(found == shape, "\(operation): the \(what) must be \(shape) for an input \(x), its shape is \(found)")
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

    var gatesShape: Shape { [directions, batch, steps, gates * hidden] }

    /// Writes the input's part of all gates, without biases.
    func projectInput(_ operand: (Int) -> UnsafeMutablePointer<Float>?, into result: UnsafeMutablePointer<Float>) {
        let width = gates * hidden
        guard let x = operand(0) else { return }
        for direction in 0..<directions {
            guard let weight = operand(1 + 4 * direction) else { continue }
            parallelGEMM(
                rows, width, inputs, MatrixOperand(x, rowStride: inputs),
                MatrixOperand(weight, rowStride: inputs, isTransposed: true), into: result + direction * rows * width)
        }
    }
}
