/// Runs an operation on its inputs, recording it if one of them is recorded.
///
/// - Returns: all results of the operation.
@inline(__always)
public func apply<Op: Operation>(_ operation: Op, to inputs: consuming TensorList) -> TensorList {
    if inputs.isRecorded { return record(operation, inputs) }
    var pass = ForwardPass(isRecording: false, overwritable: inputs.findOverwritable())
    return operation.forward(inputs, &pass)
}

/// Runs an operation with one input and one result.
@inline(__always)
public func apply<Op: Operation>(_ operation: Op, _ x: consuming Tensor) -> Tensor {
    apply(operation, to: TensorList(x)).single()
}

/// Runs an operation with two inputs, of which the second can be absent, and one result.
@inline(__always)
public func apply<Op: Operation>(_ operation: Op, _ x: consuming Tensor, _ y: consuming Tensor?) -> Tensor {
    apply(operation, to: TensorList(x, y)).single()
}

/// Runs an operation with three inputs, of which the last two can be absent, and one result.
@inline(__always)
public func apply<Op: Operation>(
    _ operation: Op, _ x: consuming Tensor, _ y: consuming Tensor?, _ z: consuming Tensor?
) -> Tensor {
    apply(operation, to: TensorList(x, y, z)).single()
}

@inline(never)
private func record<Op: Operation>(_ operation: Op, _ inputs: consuming TensorList) -> TensorList {
    var pass = ForwardPass(isRecording: true, overwritable: 0)
    let outputs = operation.forward(inputs.detached(), &pass)
    let node = OperationNode(operation, inputs: Inputs(inputs), outputs: outputs, saved: pass.saved)
    var recorded = TensorList()
    for index in 0..<outputs.count {
        recorded.append(outputs.optional(index).map { Tensor($0, recordedBy: node, outputIndex: index) })
    }
    return recorded
}
