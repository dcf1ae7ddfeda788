internal import CEEGKernels

/// The gradients of `output`, weighted by `seed`, with respect to the leaves it was computed from.
///
/// Nodes are visited once each, in the reverse of the order in which they were recorded, and released at once, so that what they saved can be
/// reused by what follows.
func backward(from root: consuming Node, outputIndex: Int, seed: Tensor) -> [ObjectIdentifier: Tensor] {
    var gradients: [ObjectIdentifier: TensorList] = [:]
    var start = TensorList(absent: root.outputCount)
    start.set(outputIndex, seed)
    gradients[ObjectIdentifier(root)] = start
    var order = reachableNodes(from: consume root)
    order.sort { $0.id < $1.id }

    var leaves: [ObjectIdentifier: Tensor] = [:]
    while let node = order.popLast() {
        guard var gradient = gradients.removeValue(forKey: ObjectIdentifier(node)) else { continue }
        if node.operation == nil {
            leaves[ObjectIdentifier(node)] = gradient.take(0)
            continue
        }
        let overwritable = gradient.findOverwritable()
        var inputGradients = node.pullback(gradient, overwritable: overwritable)
        gradient = TensorList()
        for index in 0..<node.inputs.count {
            let input = node.inputs[index]
            guard let parent = input.node, let contribution = inputGradients.take(index) else { continue }
            require(
                contribution.shape == input.shape,
                "\(node.operationName): gradient \(index) has shape \(contribution.shape), its input \(input.shape)")
            let key = ObjectIdentifier(parent)
            let place = Int(input.outputIndex)
            if gradients[key] == nil { gradients[key] = TensorList(absent: parent.outputCount) }
            gradients[key]?.accumulate(contribution, at: place)
        }
    }
    return leaves
}

/// All nodes that `root` depends on, itself included.
func reachableNodes(from root: consuming Node) -> [Node] {
    var found: [Node] = [root]
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(found[0])]
    var next = 0
    while next < found.count {
        let inputs = found[next].inputs
        next += 1
        for index in 0..<inputs.count {
            guard let parent = inputs[index].node else { continue }
            if seen.insert(ObjectIdentifier(parent)).inserted { found.append(parent) }
        }
    }
    return found
}

extension TensorList {
    /// Adds `tensor` to the entry at `index`, which may be absent.
    fileprivate mutating func accumulate(_ tensor: consuming Tensor, at index: Int) {
        guard var sum = take(index) else {
            set(index, tensor)
            return
        }
        sum.add(tensor)
        set(index, sum)
    }
}

extension Tensor {
    /// Adds the elements of a tensor of the same shape, in place where nothing else refers to this one's.
    mutating func add(_ other: consuming Tensor) {
        let target = isUniquelyReferenced() ? self : Tensor(uninitialized: shape)
        ceeg_add_arrays(pointer, other.pointer, target.mutablePointer, Int64(count))
        withExtendedLifetime(other) {}
        self = target
    }
}
