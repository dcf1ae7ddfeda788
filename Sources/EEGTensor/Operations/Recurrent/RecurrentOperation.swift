/// One layer of an LSTM or a GRU in one or both directions.
///
/// Operands: the input; input weight, hidden weight and both biases of each direction; the initial states. Results: the output and the last states.
protocol RecurrentOperation: InferenceOperation {
    static var gates: Int { get }
    /// How many states a layer carries from step to step.
    static var states: Int { get }
    var directions: Int { get }

    /// Computes all results.
    ///
    /// - Parameters:
    ///   - gates: begins with the input's part, `geometry.gatesShape`.
    ///   - kept: `[directions, batch, steps, hidden]` for what the gradient needs.
    func compute(
        _ geometry: RecurrentGeometry, _ operand: (Int) -> UnsafeMutablePointer<Float>?, gates: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>?, results: (Int) -> UnsafeMutablePointer<Float>)
}

extension RecurrentOperation {
    func geometry(operands count: Int, shape: (Int) -> Shape?) -> RecurrentGeometry {
        RecurrentGeometry(Self.name, gates: Self.gates, directions: directions, operands: count, shape: shape)
    }

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let geometry = geometry(operands: inputs.count) { inputs.optional($0)?.shape }
        let gates = Tensor(uninitialized: geometry.gatesShape)
        let kept = pass.isRecording ? Tensor(uninitialized: [directions, geometry.batch, geometry.steps, geometry.hidden]) : nil
        var results = TensorList(Tensor(uninitialized: geometry.outputShape))
        for _ in 0..<Self.states { results.append(Tensor(uninitialized: geometry.stateShape)) }
        compute(
            geometry, { inputs.optional($0)?.mutablePointer }, gates: gates.mutablePointer, kept: kept?.mutablePointer,
            results: { results[$0].mutablePointer })
        withExtendedLifetime((inputs, gates, kept, results)) {}
        for index in 0..<inputs.count { pass.save(inputs.optional(index)) }
        pass.save(gates)
        pass.save(kept)
        pass.save(results[0])
        return results
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        let (x, hidden) = (inputs[0], inputs[2][1])
        return 2 * directions * x[0] * x[1] * Self.gates * hidden * (x[2] + hidden)
    }
}
