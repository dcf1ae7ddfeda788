internal import CEEGKernels

/// softmax(scale q kᵀ + mask) v for every head of every sample.
///
/// Works on tiles of scores that stay in the cache; the pullback computes them again, so that memory does not grow with the square of the
/// time. Inputs: query, key, value, mask; without key and value, all three side by side in the first. Results: the output and, where they
/// are asked for, the weights, averaged over heads.
struct Attention: Operation {
    static let name = "attention"

    /// Heads side by side in each row of the operands; nil where they are among the leading axes.
    let heads: Int?
    let isCausal: Bool
    /// Times the scores; nil for 1 / √depth.
    let scale: Float?
    let dropout: DropoutMask?
    let returnsWeights: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        for index in 0..<4 { pass.save(inputs.optional(index)) }
        let work = AttentionWork(self, inputs)
        let geometry = work.geometry
        require(
            geometry.queries > 0 && geometry.keys > 0 && geometry.groups.elementCount > 0,
            "attention: an axis is empty: \(geometry.groups.elementCount) heads, \(geometry.queries) queries, \(geometry.keys) keys")
        let output = Tensor(uninitialized: geometry.outputShape)
        let weights = returnsWeights ? Tensor(uninitialized: [geometry.groups[0], geometry.queries, geometry.keys]) : nil
        work.computeOutput(output.mutablePointer, weights: weights?.mutablePointer)
        return weights.map { TensorList(output, $0) } ?? TensorList(output)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let work = AttentionWork(self, pass.saved)
        let results = (0..<4).map { pass.needsGradient($0) ? Tensor(uninitialized: pass.shape(ofInput: $0)) : nil }
        return work.gradients(gradients.optional(0), weights: gradients.optional(1), into: results)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        let geometry = geometry(inputs)
        return geometry.groups.elementCount * geometry.queries * geometry.keys * geometry.operationsOfScore
    }

    var attributes: String {
        "heads: \(heads.map { "\($0)" } ?? "leading axes"), causal: \(isCausal), dropout: \(dropout?.probability ?? 0)"
    }

    func scale(_ geometry: AttentionGeometry) -> Float { scale ?? 1 / Float(geometry.depth).squareRoot() }

    func geometry(_ shapes: [Shape]) -> AttentionGeometry {
        guard let heads else { return AttentionGeometry(query: shapes[0], key: shapes[1], value: shapes[2]) }
        if shapes.count < 3 { return AttentionGeometry(heads: heads, packed: shapes[0]) }
        return AttentionGeometry(heads: heads, query: shapes[0], key: shapes[1], value: shapes[2])
    }
}
