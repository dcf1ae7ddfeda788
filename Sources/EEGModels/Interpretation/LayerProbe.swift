import EEGTensor

/// Sees what one layer gives during a forward pass, and can take part in it so that gradients at that place are found.
struct LayerProbe: Sendable {
    let layer: String
    /// Zeros that are added to the layer's output: their gradient is that of the output.
    var zeros: Parameter?
    /// What the layer gave the first time.
    private(set) var output: Tensor?
    /// All layers of the pass that can be seen.
    private(set) var layers: [String] = []

    init(of layer: String) { self.layer = layer }

    mutating func see(_ output: Tensor, of layer: String) -> Tensor {
        layers.append(layer)
        guard layer == self.layer, self.output == nil else { return output }
        self.output = output.detached()
        return zeros.map { output + $0.value } ?? output
    }
}

extension Parameter {
    /// The path of the layer that the parameter or buffer belongs to.
    var layer: String {
        let path = name.split(separator: ".", omittingEmptySubsequences: false)
        return path[..<(path.firstIndex(of: "parametrizations") ?? path.count - 1)].joined(separator: ".")
    }
}
