import EEGModelTesting
import EEGTensor
import Testing

@Suite struct TemporalSpatialConvolutionTests {
    /// Random sizes, with every norm, bias, padding and division into groups.
    private static let cases: [PlainFrontEnd] = (0..<240).map { index in
        var generator = Generator(seed: 5).stream("case", index)
        func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        var front = PlainFrontEnd()
        front.groups = random(1...3)
        front.filters = front.groups * (index % 3 == 0 ? random(1...3) : 1)
        front.outputs = front.groups * random(1...3)
        (front.batch, front.electrodes) = (random(1...3), random(1...7))
        front.taps = index % 5 == 0 ? random(17...40) : random(1...12)
        switch index % 4 {
        case 0: break
        case 1: (front.before, front.after) = ((front.taps - 1) / 2, front.taps / 2)
        case 2: (front.before, front.after) = (front.taps - 1, 0)
        default: (front.before, front.after) = (random(0...(2 * front.taps)), random(0...5))
        }
        front.samples = max(1, front.taps - front.before - front.after) + random(3...50)
        front.norm = [.batch, .fixed, .batch, .none][index / 4 % 4]
        front.hasTemporalBias = random(0...1) == 1
        front.hasSpatialBias = random(0...1) == 1
        front.isAffine = random(0...3) > 0
        return front
    }

    private static func orders(_ front: PlainFrontEnd) -> [TemporalSpatialOrder] {
        TemporalSpatialOrder.allCases.filter { $0 != .spatialFirst || front.groups == front.filters }
    }

    /// The largest distances from the exact result, statistics and gradients, relative to the largest exact value of each.
    private func errors(
        _ front: PlainFrontEnd, _ operands: [Tensor], _ order: TemporalSpatialOrder?, exact: PlainFrontEnd.Exact, weights: Tensor
    ) -> [String: Double] {
        var output = Tensor(0)
        var statistics: ChannelStatistics?
        let (_, gradients) = valueAndGradients(at: operands) { x in
            let result = front.output(x, order: order)
            (output, statistics) = (result.output.detached(), result.statistics)
            return (result.output * weights).sum()
        }
        func error(_ found: Tensor, _ exact: [Double], floor: Double = 1e-9) -> Double {
            let scale = exact.reduce(floor) { max($0, abs($1)) }
            return zip(found.scalars, exact).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
        }
        var errors = ["output": error(output, exact.output)]
        if let statistics {
            errors["mean"] = error(statistics.mean, exact.mean, floor: (exact.variance.max() ?? 0).squareRoot())
            errors["variance"] = error(statistics.variance, exact.variance)
        }
        for (index, name) in PlainFrontEnd.names.enumerated() {
            // A bias whose mean is taken out has no influence: what counts is how small its gradient is beside that of the shift.
            let floors = ["temporal": exact.temporalTerm, "temporal bias": exact.gradients[6].reduce(0) { max($0, abs($1)) }]
            errors[name] = error(gradients[index], exact.gradients[index], floor: floors[name] ?? 1e-9)
        }
        if !front.hasTemporalBias { errors["temporal bias"] = nil }
        if !front.hasSpatialBias { errors["spatial bias"] = nil }
        if !front.isAffine || front.norm == .none { (errors["scale"], errors["shift"]) = (nil, nil) }
        return errors
    }

    private func weights(_ front: PlainFrontEnd) -> Tensor {
        var generator = Generator(seed: 77)
        return Tensor(normalWithMean: 0, shape: [front.batch, front.outputs, 1, front.length], using: &generator)
    }

    @Test(arguments: cases) func everyOrderGivesWhatTheLayersGive(_ front: PlainFrontEnd) {
        let (operands, weights) = (front.operands(offset: 0, seed: 3), weights(front))
        let exact = front.exact(operands.map { $0.scalars.map(Double.init) }, weights: weights.scalars.map(Double.init))
        // Where a gradient is next to nothing beside the terms that it is the sum of, the layers in Float are off by more than that, too.
        let plain = errors(front, operands, .temporalFirst, exact: exact, weights: weights)
        for order in Self.orders(front) {
            for (name, error) in errors(front, operands, order, exact: exact, weights: weights) {
                #expect(error < max(1e-5, 2 * (plain[name] ?? 0)), "\(order): \(name) is off by \(error)")
            }
        }
        #expect(plain.values.allSatisfy { $0 < 1e-4 })
    }

    /// Filters so long that their statistics are summed in few chunks.
    @Test func longFilters() {
        var front = PlainFrontEnd(batch: 3, electrodes: 14, samples: 460, filters: 2, taps: 400, outputs: 2, groups: 2, norm: .batch)
        (front.before, front.after) = (199, 200)
        everyOrderGivesWhatTheLayersGive(front)
    }

    /// Signals that lie 1,000 standard deviations above zero.
    @Test func anOffsetCostsNoMoreThanInTheLayers() {
        var sums: [String: (plain: Double, other: Double)] = [:]
        for front in Self.cases where front.before == 0 && front.after == 0 {
            let (operands, weights) = (front.operands(offset: 1000, seed: 3), weights(front))
            let exact = front.exact(operands.map { $0.scalars.map(Double.init) }, weights: weights.scalars.map(Double.init))
            let plain = errors(front, operands, .temporalFirst, exact: exact, weights: weights)
            for order in Self.orders(front) where order != .temporalFirst {
                for (name, error) in errors(front, operands, order, exact: exact, weights: weights) {
                    let key = "\(order) \(front.norm) \(name)"
                    sums[key, default: (0, 0)].plain += plain[name] ?? 0
                    sums[key, default: (0, 0)].other += error
                }
            }
        }
        for (key, sum) in sums.sorted(by: { $0.key < $1.key }) {
            #expect(sum.other <= 2 * sum.plain, "\(key): \(sum.other), the layers \(sum.plain)")
        }
    }

    @Test func theCheapestOrderIsChosen() {
        func operations(_ front: PlainFrontEnd) -> [String] {
            let x = front.operands(offset: 0, seed: 1)
            return recordedGraph(at: x[0]) { front.output([$0] + x.dropFirst(), order: nil).output }.steps.map(\.operation)
        }
        var front = PlainFrontEnd(electrodes: 22, samples: 100, filters: 8, taps: 64, outputs: 16, groups: 8, norm: .batch)
        #expect(operations(front).contains("filterStatistics") && !operations(front).contains("batchNorm"))
        front.electrodes = 1
        #expect(operations(front).contains("batchNorm") && !operations(front).contains("filterStatistics"))
        // The products of all pairs of taps would fill too much memory.
        front = PlainFrontEnd(electrodes: 22, samples: 1200, filters: 8, taps: 1100, outputs: 16, groups: 8, norm: .batch)
        #expect(!operations(front).contains("filterStatistics"))
        front = PlainFrontEnd(electrodes: 22, samples: 100, filters: 40, taps: 25, outputs: 40, groups: 1, norm: .none)
        #expect(operations(front).filter { $0 == "convolution" }.count == 1)
    }

    @Test func impossibleSizes() async {
        await #expect(processExitsWith: .failure) {
            _ = PlainFrontEnd(samples: 3, taps: 4).output(PlainFrontEnd(samples: 3, taps: 4).operands(offset: 0, seed: 1), order: nil)
        }
        await #expect(processExitsWith: .failure) {
            let single = PlainFrontEnd(batch: 1, electrodes: 1, samples: 5, taps: 5)
            _ = single.output(single.operands(offset: 0, seed: 1), order: .spatialFirst)
        }
        await #expect(processExitsWith: .failure) {
            let dense = PlainFrontEnd(groups: 1)
            _ = dense.output(dense.operands(offset: 0, seed: 1), order: .spatialFirst)
        }
    }
}
