/// Runs an operation on its inputs, recording it if one of them is recorded.
///
/// - Returns: all results of the operation.
/// - Precondition: no operand is empty: a batch of nothing is a mistake before it is a result.
@inline(__always)
public func apply<Op: Operation>(_ operation: Op, to inputs: consuming TensorList) -> TensorList {
    if inputs.hasEmptyEntry { emptyOperand(Op.name, inputs) }
    if inputs.isRecorded { return record(operation, inputs) }
    var pass = ForwardPass(node: nil, overwritable: inputs.findOverwritable())
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
private func emptyOperand(_ operation: String, _ inputs: TensorList) -> Never {
    let shapes = (0..<inputs.count).compactMap { inputs.optional($0).map { "\($0.shape)" } }
    requirementFailed("\(operation): an operand is empty: \(shapes.joined(separator: ", "))", file: #fileID, line: #line)
}

@inline(never)
private func record<Op: Operation>(_ operation: Op, _ inputs: consuming TensorList) -> TensorList {
    let node = Node(operation, of: &inputs)
    var pass = ForwardPass(node: node, overwritable: 0)
    var results = operation.forward(inputs, &pass)
    node.finish(&results)
    node.trace?.add(node, operands: inputs)
    return results
}
