public import EEGTensor

/// Spatial filters, and the patterns of the sources that they pick up.
///
/// A filter tells how to weight channels so that a source comes out, which includes how to cancel others; large weights may belong to
/// channels that the source does not reach. How the source shows in the channels is its pattern: A = Σₓ W Σₛ⁻¹, where Σₓ is the covariance
/// of the channels, the columns of W are the filters and Σₛ = Wᵀ Σₓ W is the covariance of what they give.
///
/// Source: S. Haufe et al., "On the interpretation of weight vectors of linear models in multivariate neuroimaging", NeuroImage 87 (2014)
/// 96–110.
public struct SpatialPatterns: Sendable {
    public let channels: [String]
    /// The name of each filter.
    public let names: [String]
    /// `[filter, channel]`.
    public let filters: Matrix
    /// `[filter, channel]`.
    public let patterns: Matrix

    /// - Parameters:
    ///   - filters: `[filter, channel]`.
    ///   - covariance: of the channels, `[channel, channel]`.
    ///   - names: of the filters; numbers by default.
    /// - Throws: `LinearAlgebraError` where the covariance of the filters' outputs has no pseudoinverse, as with values that are not
    ///   finite.
    /// - Precondition: sizes that agree.
    public init(filters: Matrix, covariance: Matrix, channels: [String], names: [String]? = nil) throws(LinearAlgebraError) {
        self.init(
            channels: channels, names: names ?? filterNames(outputs: filters.rows, inputs: 1), filters: filters,
            patterns: try Self.patterns(of: filters, covariance: covariance))
    }

    private init(channels: [String], names: [String], filters: Matrix, patterns: Matrix) {
        require(
            channels.count == filters.columns && names.count == filters.rows,
            "SpatialPatterns: \(filters.rows) x \(filters.columns) weights for \(names.count) filters and \(channels.count) channels")
        (self.channels, self.names, self.filters, self.patterns) = (channels, names, filters, patterns)
    }

    /// Aᵀ = Σₛ⁻¹ Wᵀ Σₓ.
    private static func patterns(of filters: Matrix, covariance: Matrix) throws(LinearAlgebraError) -> Matrix {
        require(
            covariance.rows == filters.columns && covariance.columns == filters.columns,
            "SpatialPatterns: a covariance of \(covariance.rows) x \(covariance.columns) for \(filters.columns) channels")
        let projected = filters * covariance
        return try (projected * filters.transposed).pseudoinverse() * projected
    }

    /// The patterns of filters that combine the channels of several maps, such as the outputs of filters over time: a topography for each
    /// filter and map.
    ///
    /// - Parameters:
    ///   - weight: `[filter, map, channel]`, the maps those of the filter's group.
    ///   - covariances: for each group of filters `[map channel, map channel]`.
    fileprivate init(weight: Tensor, covariances: [Matrix], channels: [String]) throws(LinearAlgebraError) {
        let (outputs, maps, groups) = (weight.shape[0], weight.shape[1], covariances.count)
        let values = weight.scalars.map(Double.init)
        let size = outputs / groups * maps * channels.count
        var patterns: [Double] = []
        for (group, covariance) in covariances.enumerated() {
            let filters = Matrix(
                rows: outputs / groups, columns: maps * channels.count, elements: Array(values[(group * size)..<((group + 1) * size)]))
            patterns += try Self.patterns(of: filters, covariance: covariance).elements
        }
        func matrix(_ elements: [Double]) -> Matrix { Matrix(rows: outputs * maps, columns: channels.count, elements: elements) }
        self.init(
            channels: channels, names: filterNames(outputs: outputs, inputs: maps), filters: matrix(values), patterns: matrix(patterns))
    }
}

extension Explainer {
    /// The spatial filters of the model whose weight has this name, such as `conv_spatial.weight`, and their patterns in some windows.
    ///
    /// Where the filters see the channels behind a convolution over time, the covariance is that of the channels filtered so; a group of
    /// spatial filters sees as many of its outputs as its weight has inputs. Scales and limits of norms between the two are not applied: in
    /// a group with one such output they would scale patterns as a whole.
    ///
    /// - Parameters:
    ///   - spatial: a weight `[filter, channel]`, `[filter, channel, 1]`, `[filter, input, channel, 1]` or `[filter, input, 1, channel]`.
    ///   - temporal: the weight of the convolution over time before, `[output, 1, kernel]`, `[output, 1, 1, kernel]` or
    ///     `[output, 1, kernel, 1]`; nil where the filters see the windows themselves.
    ///   - windows: `[batch, channel, time]`.
    /// - Throws: `LinearAlgebraError` for values that are not finite.
    public func spatialPatterns(
        of spatial: String, behind temporal: String? = nil, on windows: Tensor
    ) throws(LinearAlgebraError) -> SpatialPatterns {
        let channels = axes.channels.count
        require(
            windows.rank == 3 && windows.shape[0] > 0 && windows.shape[1] == channels,
            "spatialPatterns: windows of shape \(windows.shape), expected [batch, \(channels), time]")
        let found = parameter(spatial)
        let shape = found.shape
        let maps = shape.rank == 4 ? shape[1] : 1
        require(
            shape.elementCount == shape[0] * maps * channels,
            "spatialPatterns: \(spatial) of shape \(shape) is no filter over \(channels) channels")
        let kernels = temporal.map { timeKernels(parameter($0)) }
        let filters = kernels?.shape[0] ?? 1
        require(
            kernels.map { $0.shape[1] == 1 } ?? true && filters % maps == 0 && shape[0] % (filters / maps) == 0,
            "spatialPatterns: \(spatial) of shape \(shape) does not fit behind \(filters) filters over time")

        let groups = filters / maps
        let size = maps * channels
        var covariances = Array(repeating: Matrix(zeros: size, size), count: groups)
        for index in 0..<windows.shape[0] {
            var window: Tensor = windows[index]
            if let kernels {
                window = convolution1D(window.expandingDimensions(at: 1), weight: kernels).permuted(1, 0, 2)
            }
            let parts = window.reshaped(to: [groups, size, window.count / (groups * size)])
            for group in 0..<groups {
                let covariance = Matrix(covarianceOf: parts[group])
                for element in covariance.elements.indices {
                    covariances[group].elements[element] += covariance.elements[element] / Double(windows.shape[0])
                }
            }
        }
        return try SpatialPatterns(
            weight: found.reshaped(to: [shape[0], maps, channels]), covariances: covariances, channels: axes.channels)
    }
}
