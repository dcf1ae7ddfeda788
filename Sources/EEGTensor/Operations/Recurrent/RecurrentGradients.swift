/// The gradients of a recurrent layer's operands, once those of the gates' arguments are known: products over all steps at once.
struct RecurrentGradients {
    let geometry: RecurrentGeometry
    /// `[directions, batch, steps, 4 * hidden]`. The input has part in the first `gates * hidden` columns.
    let gates: Tensor
    /// `[directions, 4 * hidden]`: the sums of `gates`.
    let biases: Tensor
    /// The columns of `gates` in which the hidden state has part.
    let hiddenColumns: [Range<Int>]

    private var stride: Int { 4 * geometry.hidden }
    private var inputColumns: Int { geometry.gates * geometry.hidden }

    /// One entry an operand. `pass.saved` begins with the operands.
    func ofOperands(_ pass: BackwardPass, output: Tensor, states: [Tensor?]) -> TensorList {
        var result = TensorList(absent: pass.inputCount)
        if pass.needsGradient(0) { result.set(0, ofInput(weights: (0..<geometry.directions).map { pass.saved[4 * $0 + 1] })) }
        for direction in 0..<geometry.directions {
            let first = 4 * direction + 1
            if pass.needsGradient(first) { result.set(first, ofInputWeight(direction, pass.saved[0])) }
            if pass.needsGradient(first + 1) {
                result.set(first + 1, ofHiddenWeight(direction, output, pass.saved.optional(geometry.firstState)))
            }
            if pass.needsGradient(first + 2) { result.set(first + 2, ofBias(direction, [0..<inputColumns])) }
            if pass.needsGradient(first + 3) { result.set(first + 3, ofBias(direction, hiddenColumns)) }
        }
        for (index, state) in states.enumerated() where pass.needsGradient(geometry.firstState + index) {
            result.set(geometry.firstState + index, state)
        }
        return result
    }

    private func pointer(_ direction: Int) -> UnsafeMutablePointer<Float> {
        gates.mutablePointer + direction * geometry.rows * stride
    }

    private func ofInput(weights: [Tensor]) -> Tensor {
        let result = Tensor(uninitialized: [geometry.batch, geometry.steps, geometry.inputs])
        for (direction, weight) in weights.enumerated() {
            parallelGEMM(
                geometry.rows, geometry.inputs, inputColumns, MatrixOperand(pointer(direction), rowStride: stride),
                MatrixOperand(weight.pointer, rowStride: geometry.inputs), into: result.mutablePointer, accumulating: direction > 0)
        }
        withExtendedLifetime(weights) {}
        return result
    }

    private func ofInputWeight(_ direction: Int, _ x: Tensor) -> Tensor {
        let result = Tensor(uninitialized: [inputColumns, geometry.inputs])
        parallelGEMM(
            inputColumns, geometry.inputs, geometry.rows, MatrixOperand(pointer(direction), rowStride: stride, isTransposed: true),
            MatrixOperand(x.pointer, rowStride: geometry.inputs), into: result.mutablePointer)
        withExtendedLifetime(x) {}
        return result
    }

    private func ofBias(_ direction: Int, _ columns: [Range<Int>]) -> Tensor {
        let sums = biases.pointer + direction * stride
        let result = Tensor(columns.joined().map { sums[$0] })
        withExtendedLifetime(biases) {}
        return result
    }

    /// Each step's gates meet the state before that step. In memory the states before all steps but the first are the outputs one row
    /// further up (further down in reverse); the rows of the first step, which would meet the output of another sequence, are cleared
    /// once they have met the initial state. Hence the last of the products over `gates`.
    private func ofHiddenWeight(_ direction: Int, _ output: Tensor, _ initialState: Tensor?) -> Tensor {
        let hidden = geometry.hidden, isReversed = direction == 1
        let states = output.pointer + direction * hidden
        let stateStride = geometry.directions * hidden
        let result = Tensor(zeros: [inputColumns, hidden])
        var target = result.mutablePointer
        for columns in hiddenColumns {
            let all = pointer(direction) + columns.lowerBound
            let first = all + (isReversed ? (geometry.steps - 1) * stride : 0)
            if let initialState {
                parallelGEMM(
                    columns.count, hidden, geometry.batch, MatrixOperand(first, rowStride: geometry.steps * stride, isTransposed: true),
                    MatrixOperand(initialState.pointer + direction * geometry.stateCount, rowStride: hidden), into: target)
            }
            for sequence in 0..<geometry.batch { (first + sequence * geometry.steps * stride).update(repeating: 0, count: columns.count) }
            parallelGEMM(
                columns.count, hidden, geometry.rows - 1, MatrixOperand(all + (isReversed ? 0 : stride), rowStride: stride, isTransposed: true),
                MatrixOperand(states + (isReversed ? stateStride : 0), rowStride: stateStride), into: target, accumulating: true)
            target += columns.count * hidden
        }
        withExtendedLifetime((output, initialState)) {}
        return result
    }
}
