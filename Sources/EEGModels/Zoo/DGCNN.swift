public import EEGTensor
internal import Foundation

/// DGCNN: electrodes as nodes of a graph whose links are learned, a filter on it, and dense layers.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `learnable_adjacency`: the links, their negative ones cut off, as a normalised Laplacian | `[C, C]` |
/// | `graph_conv`: Chebyshev polynomials of it times the window, each with its own weights, plus `graph_conv_bias`, ReLU | `[batch, C, 64]` |
/// | `classifier.0`, ReLU, dropout | `[batch, 256]` |
/// | `final_layer` | `[batch, class]` |
///
/// A dense layer takes whole windows of samples; the source gives it features of frequency bands. Parameter names are those of braindecode.
///
/// Source: T. Song et al., "EEG emotion recognition using dynamical graph convolutional neural networks", IEEE Trans. Affect. Comput. 11
/// (2020) 532–541.
public struct DGCNN: ZooModel {
    public static let name = "DGCNN"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters of the graph convolution.
        public var filters = 64
        /// How many polynomials, the first of which is 1.
        public var order = 2
        /// Widths of the dense layers.
        public var hidden = [256]
        /// Names of the channels in the 10-05 system, by which neighbours are linked at first; where absent, all are, alike.
        public var electrodes: [String]?
        /// How many nearest electrodes each is linked to at first.
        public var neighbors = 5
        /// The share of values that dropout sets to zero behind a dense layer.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// `[channel, channel]`.
    private let adjacency: Parameter
    /// One number.
    private let adjacencyBias: Parameter
    /// `[filter, polynomial * time]`.
    private let projection: Parameter
    /// `[1, 1, filter]`.
    private let bias: Parameter
    private let hidden: [Linear]
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, a rate outside of 0..<1, and names of electrodes that are not as many as
    ///   channels or unknown.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let positions = try configuration.positions(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (channels, filters) = (shape.channels, configuration.filters)
        let graph = scope.child("learnable_adjacency")
        adjacency = graph.parameter("adjacency", [channels, channels], .normal(standardDeviation: 0.1))
        // Beyond the limit of the store there is one element.
        if adjacency.value.shape == [channels, channels] {
            let links = positions.map(configuration.links) ?? Tensor(repeating: 0.5, shape: [channels, channels])
            adjacency.update { $0 = $0 + links }
        }
        adjacencyBias = graph.parameter("bias", [], .constant(0))
        projection = scope.child("graph_conv").child("projection").parameter(
            "weight", [filters, configuration.order * shape.samples], .fanInUniform)
        bias = scope.parameter("graph_conv_bias", [1, 1, filters], .constant(0))
        let widths = [channels * filters] + configuration.hidden
        hidden = configuration.hidden.indices.map {
            Linear(scope.child("classifier").child("\(3 * $0)"), inputs: widths[$0], outputs: widths[$0 + 1])
        }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer"), inputs: widths[widths.count - 1], outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 256]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        // The weights first: they leave fewer columns for the graph's matrices than there are samples.
        let parts = projection.value.split(into: configuration.order, axis: 1).map { matmul(x, $0, transposingSecond: true) }
        var sum = parts[0] + bias.value
        for (polynomial, part) in zip(polynomials(), parts.dropFirst()) { sum = sum + matmul(polynomial, part) }
        var result = relu(sum).flattened()
        for layer in hidden { result = dropout(relu(layer(result, &context)), &context) }
        return result
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }

    /// The graph as the network has learned it: I − D⁻½ A D⁻½, `[channel, channel]`, where A are the links and D their sums.
    public var laplacian: Tensor {
        let links = relu(adjacency.value + adjacencyBias.value)
        // Kept off 0, where the slope of the square root is infinite; the small number is that of braindecode.
        let scales = 1 / (sqrt(links.sum(over: 1).clamped(to: 1e-24...Float.greatestFiniteMagnitude)) + 1e-5)
        return identity - links * scales * scales.expandingDimensions(at: 1)
    }

    /// Chebyshev polynomials of the Laplacian behind the first, which is 1.
    private func polynomials() -> [Tensor] {
        guard configuration.order > 1 else { return [] }
        let first = laplacian
        var all = [identity, first]
        while all.count < configuration.order { all.append(2 * matmul(first, all[all.count - 1]) - all[all.count - 2]) }
        return Array(all.dropFirst())
    }

    /// `[channel, channel]`.
    private var identity: Tensor {
        let channels = shape.channels
        return Tensor((0..<(channels * channels)).map { $0 % (channels + 1) == 0 ? 1 : 0 }, shape: [channels, channels])
    }
}

extension DGCNN.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: DGCNN.name)
        try check.positive(("filters", filters), ("order", order), ("number of hidden layers", hidden.count), ("neighbors", neighbors))
        for width in hidden { try check.positive(("hidden", width)) }
        guard order <= 100 else { throw check.error("order", expected: "at most 100", found: order) }
        try check.rates(("dropout rate", dropoutRate))
    }

    /// Where the electrodes are; nil where they have no names.
    fileprivate func positions(of shape: SignalShape) throws(ConfigurationError) -> [ElectrodePositions.Position]? {
        guard let electrodes else { return nil }
        let check = ConfigurationCheck(model: DGCNN.name)
        guard electrodes.count == shape.channels else {
            throw check.error("electrodes", expected: "\(shape.channels) names", found: electrodes.count)
        }
        guard let positions = ElectrodePositions.standard(electrodes)?.positions else {
            throw check.error("electrodes", expected: "names of the 10-05 system", found: electrodes)
        }
        return positions
    }

    /// What links are at first but for chance, `[channel, channel]`: a bell curve of the distance, as wide as the median of these distances,
    /// between electrodes one of which is among the nearest of the other.
    fileprivate func links(of positions: [ElectrodePositions.Position]) -> Tensor {
        let count = positions.count
        let distances = positions.map { first in positions.map { first.angle(to: $0) } }
        var isLinked = [Bool](repeating: false, count: count * count)
        var nearest: [Double] = []
        for first in 0..<count {
            let others = (0..<count).filter { $0 != first }.sorted { distances[first][$0] < distances[first][$1] }
            for second in others.prefix(neighbors) {
                isLinked[first * count + second] = true
                isLinked[second * count + first] = true
                nearest.append(distances[first][second])
            }
        }
        let width = nearest.isEmpty ? 1 : max(nearest.sorted()[nearest.count / 2], 1e-3)
        let values = isLinked.indices.map { index in
            let ratio = distances[index / count][index % count] / width
            return isLinked[index] ? Float(exp(-ratio * ratio / 2)) : 0
        }
        return Tensor(values, shape: [count, count])
    }
}
