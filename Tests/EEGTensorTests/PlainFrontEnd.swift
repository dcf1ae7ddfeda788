import EEGTensor
import Testing

/// A filter over time, a batch norm and a spatial filter one after the other, by their definitions in Double, with their gradients.
struct PlainFrontEnd: Sendable, CustomTestStringConvertible {
    /// What lies between the filters.
    enum Norm: Sendable {
        case none, batch, fixed
    }

    var batch = 2, electrodes = 3, samples = 20
    var filters = 2, taps = 5, outputs = 4, groups = 2
    var before = 0, after = 0
    var norm = Norm.batch
    var hasTemporalBias = false, hasSpatialBias = false, isAffine = true
    let epsilon: Float = 1e-3

    var testDescription: String {
        """
        [\(batch), \(electrodes), \(samples)], \(filters) x \(taps) -> \(outputs) in \(groups) groups, zeros \(before) and \(after), \
        norm \(norm)
        """
    }

    /// Values of the result over time; not positive where there are none.
    var length: Int { samples + before + after - taps + 1 }
    var inGroup: Int { filters / groups }
    var padding: ConvolutionPadding { .zeros(before: before, after: after) }

    /// The names of the operands, in their order.
    static let names = ["x", "temporal", "temporal bias", "spatial", "spatial bias", "scale", "shift"]

    /// Signals, filters over time, their bias, spatial filters, their bias, scale and shift; those that are absent count as zeros and ones.
    func operands(offset: Float, seed: UInt64) -> [Tensor] {
        let shapes: [Shape] = [
            [batch, electrodes, samples], [filters, taps], [filters], [outputs, inGroup, electrodes], [outputs], [filters], [filters],
        ]
        var result = shapes.enumerated().map { index, shape in
            var generator = Generator(seed: seed &* 16 &+ UInt64(index))
            return Tensor(normalWithMean: 0, shape: shape, using: &generator)
        }
        result[0] = result[0] + offset
        result[5] = result[5] * 0.3 + 1
        if !hasTemporalBias { result[2] = Tensor(zeros: [filters]) }
        if !hasSpatialBias { result[4] = Tensor(zeros: [outputs]) }
        if !isAffine || norm == .none { (result[5], result[6]) = (Tensor(ones: [filters]), Tensor(zeros: [filters])) }
        return result
    }

    /// Running statistics, for ``Norm/fixed``.
    var running: ChannelStatistics {
        ChannelStatistics(
            mean: Tensor((0..<filters).map { 0.1 * Float($0) - 0.2 }), variance: Tensor((0..<filters).map { 1 + 0.5 * Float($0) }))
    }

    /// What the library computes.
    func output(_ x: [Tensor], order: TemporalSpatialOrder?) -> (output: Tensor, statistics: ChannelStatistics?) {
        var normalization: FilterNormalization?
        if norm != .none {
            normalization = FilterNormalization(
                scale: isAffine ? x[5] : nil, shift: isAffine ? x[6] : nil, epsilon: epsilon, statistics: norm == .fixed ? running : nil)
        }
        return temporalSpatialConvolution(
            x[0], temporal: x[1], temporalBias: hasTemporalBias ? x[2] : nil, spatial: x[3], spatialBias: hasSpatialBias ? x[4] : nil,
            padding: padding, groups: groups, normalization: normalization, order: order)
    }

    /// Result, statistics of the batch and the gradients of Σ weights · result.
    struct Exact {
        var output: [Double]
        var mean: [Double]
        var variance: [Double]
        var gradients: [[Double]]
        /// The largest gradient of the filters over time with the statistics held fixed: the terms of the whole one are as large, even where
        /// they cancel each other (with one tap, the length of a filter has no influence on what is normalised).
        var temporalTerm: Double
    }

    /// - Parameters:
    ///   - v: the operands.
    ///   - dy: weights of the results.
    func exact(_ v: [[Double]], weights dy: [Double]) -> Exact {
        let (x, w, temporalBias, s, spatialBias, scale, shift) = (v[0], v[1], v[2], v[3], v[4], v[5], v[6])
        let count = batch * electrodes * length

        // Filters over time, [filter][row, time].
        var z = [[Double]](repeating: [Double](repeating: 0, count: count), count: filters)
        forEachProduct { f, k, place, source in z[f][place] += w[f * taps + k] * x[source] }
        for f in 0..<filters { z[f] = z[f].map { $0 + temporalBias[f] } }
        var (mean, variance) = (running.mean.scalars.map(Double.init), running.variance.scalars.map(Double.init))
        if norm == .batch {
            mean = z.map { $0.reduce(0, +) / Double(count) }
            variance = zip(z, mean).map { z, mean in z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count) }
        }
        let inverse = norm == .none ? variance.map { _ in 1 } : variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
        if norm == .none { mean = mean.map { _ in 0 } }
        let normal = (0..<filters).map { f in z[f].map { ($0 - mean[f]) * inverse[f] } }

        // Spatial filters.
        var y = [Double](repeating: 0, count: batch * outputs * length)
        var dNormal = z.map { $0.map { _ in 0.0 } }
        var gradients = v.map { [Double](repeating: 0, count: $0.count) }
        for b in 0..<batch {
            for o in 0..<outputs {
                for t in 0..<length {
                    let place = (b * outputs + o) * length + t
                    y[place] += spatialBias[o]
                    gradients[4][o] += dy[place]
                    for i in 0..<inGroup {
                        let f = o / (outputs / groups) * inGroup + i
                        for c in 0..<electrodes {
                            let (weight, source) = ((o * inGroup + i) * electrodes + c, (b * electrodes + c) * length + t)
                            let value = normal[f][source] * scale[f] + shift[f]
                            y[place] += s[weight] * value
                            gradients[3][weight] += dy[place] * value
                            dNormal[f][source] += dy[place] * s[weight]
                        }
                    }
                }
            }
        }

        // Back through the normalisation.
        var dz = dNormal
        for f in 0..<filters {
            gradients[5][f] = zip(dNormal[f], normal[f]).reduce(0) { $0 + $1.0 * $1.1 }
            gradients[6][f] = dNormal[f].reduce(0, +)
            let (meanGradient, meanProduct) = norm == .batch ? (gradients[6][f] / Double(count), gradients[5][f] / Double(count)) : (0, 0)
            for place in 0..<count {
                dz[f][place] = scale[f] * inverse[f] * (dNormal[f][place] - meanGradient - normal[f][place] * meanProduct)
            }
            gradients[2][f] = dz[f].reduce(0, +)
        }
        var direct = gradients[1]
        forEachProduct { f, k, place, source in
            direct[f * taps + k] += dNormal[f][place] * scale[f] * inverse[f] * x[source]
            gradients[1][f * taps + k] += dz[f][place] * x[source]
            gradients[0][source] += dz[f][place] * w[f * taps + k]
        }
        let unbiased = variance.map { $0 * Double(count) / Double(max(1, count - 1)) }
        let term = direct.reduce(0) { max($0, abs($1)) }
        return Exact(output: y, mean: mean, variance: unbiased, gradients: gradients, temporalTerm: term)
    }

    /// Calls `body` with filter, tap, place in a filtered signal and place in the signals for every product of the filters over time.
    private func forEachProduct(_ body: (_ filter: Int, _ tap: Int, _ place: Int, _ source: Int) -> Void) {
        for row in 0..<(batch * electrodes) {
            for t in 0..<length {
                for k in 0..<taps where (0..<samples).contains(t + k - before) {
                    for f in 0..<filters { body(f, k, row * length + t, row * samples + t + k - before) }
                }
            }
        }
    }
}
