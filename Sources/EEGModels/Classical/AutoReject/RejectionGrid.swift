internal import EEGTensor

/// The choice of κ, the share of bad channels from which a window is left out, and ρ, how many channels of a window are interpolated.
///
/// Over contiguous folds the cost is the root of the mean squared difference, over channels and samples, between the mean of the training
/// windows that κ leaves, interpolated, and the median of the held-out windows as they are. No combination counts where κ of the channels
/// are not more than ρ.
struct RejectionGrid {
    /// κ is tried in tenths from 0 to all channels.
    static let steps = 11

    let positions: ElectrodePositions
    let thresholds: [Float]
    let folds: Int
    let variant: AutoReject.Variant

    private var channels: Int { thresholds.count }

    /// ρ, in the order in which it is tried.
    private var limits: [Int] { [1, 4, min(channels - 1, 32)] }

    private func isValid(step: Int, limit: Int) -> Bool { step * channels > 10 * limit }

    /// κ and ρ of the least cost, the first of equal ones by κ and then by ρ.
    func best(for windows: Tensor) throws(ClassicalModelError) -> (consensus: Double, limit: Int) {
        let (count, samples) = (windows.shape[0], windows.shape[2])
        var outcome: Result<[Double], ClassicalModelError> = .success([])
        windows.withUnsafeBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            outcome = costs(of: WindowRows(base: base, windows: count, channels: channels, samples: samples))
        }
        let place = indexOfLeast(try outcome.get())
        return (Double(place / limits.count) / 10, limits[place % limits.count])
    }

    /// The mean cost over folds: `[step, limit]`.
    private func costs(of rows: WindowRows) -> Result<[Double], ClassicalModelError> {
        let amplitudes = rows.peakToPeak()
        let bad = amplitudes.map { badChannels($0, thresholds: thresholds) }
        // The first step of κ that keeps a window.
        let steps = bad.map { bad in (0..<Self.steps).first { $0 * channels > 10 * bad.count } ?? Self.steps }
        let fold = (0..<rows.windows).map { foldOf(window: $0, count: rows.windows) }
        let sets = interpolatedSets(bad: bad, amplitudes: amplitudes)
        var cache = InterpolationCache(positions: positions)
        var interpolations: [[ChannelInterpolation?]] = []
        do throws(ClassicalModelError) {
            for sets in sets { interpolations.append(try cache.interpolations(of: sets)) }
        } catch { return .failure(error) }

        let size = Self.steps * limits.count * folds
        var squares = [Double](repeating: 0, count: channels * size)
        squares.withUnsafeMutableBufferPointer { squares in
            guard let base = squares.baseAddress else { return }
            parallelFor(channels, grain: 1) { range in
                for channel in range {
                    let squares = UnsafeMutableBufferPointer(start: base + channel * size, count: size)
                    addSquares(of: channel, rows, steps: steps, fold: fold, interpolations: interpolations, to: squares)
                }
            }
        }
        return .success(
            (0..<(Self.steps * limits.count)).map { place in
                (0..<folds).reduce(0.0) { sum, fold in
                    let square = (0..<channels).reduce(0.0) { $0 + squares[$1 * size + place * folds + fold] }
                    return sum + (square / Double(channels * rows.samples)).squareRoot()
                } / Double(folds)
            })
    }

    /// Contiguous folds, the first ones a window longer where they cannot be equal.
    private func foldOf(window: Int, count: Int) -> Int {
        let (length, longer) = (count / folds, count % folds)
        return window < longer * (length + 1) ? window / (length + 1) : longer + (window - longer * (length + 1)) / length
    }

    /// For each ρ and window the channels that are interpolated.
    private func interpolatedSets(bad: [[Int]], amplitudes: [[Float]]) -> [[[Int]]] {
        var earlier = bad.map { _ in [Int]() }
        return limits.map { limit in
            let sets = bad.indices.map { window -> [Int] in
                let kept = earlier[window]
                let chosen = worst(limit, of: bad[window].filter { !kept.contains($0) }, amplitudes: amplitudes[window])
                return (kept + chosen).sorted()
            }
            if variant == .asPublished { earlier = sets }
            return sets
        }
    }

    /// The summed squared differences of a channel over time: `[step, limit, fold]`, infinite where a combination does not count.
    private func addSquares(
        of channel: Int, _ rows: WindowRows, steps: [Int], fold: [Int], interpolations: [[ChannelInterpolation?]],
        to squares: UnsafeMutableBufferPointer<Double>
    ) {
        let samples = rows.samples
        let medians = (0..<folds).map { heldOut in
            let held = (0..<rows.windows).filter { fold[$0] == heldOut }.map { rows.row($0, channel) }
            return [Double](unsafeUninitializedCapacity: samples) { memory, count in
                if let base = memory.baseAddress { pointwiseMedian(of: held, samples: samples, into: base) }
                count = samples
            }
        }
        var values = [Double](repeating: 0, count: samples)
        for (index, limit) in limits.enumerated() {
            var groups = WindowSums(folds: folds, steps: Self.steps, samples: samples)
            for window in 0..<rows.windows where steps[window] < Self.steps {
                if let interpolation = interpolations[index][window], let place = interpolation.bad.firstIndex(of: channel) {
                    interpolation.predict(place, from: rows.window(window), samples: samples, into: &values)
                } else {
                    let row = rows.row(window, channel)
                    for time in 0..<samples { values[time] = Double(row[time]) }
                }
                groups.add(values, fold: fold[window], step: steps[window])
            }
            for fold in 0..<folds {
                var (sum, count) = ([Double](repeating: 0, count: samples), 0)
                for step in 0..<Self.steps {
                    groups.addTraining(without: fold, step: step, to: &sum, &count)
                    let place = (step * limits.count + index) * folds + fold
                    squares[place] = count > 0 && isValid(step: step, limit: limit) ? distance(sum, count, medians[fold]) : .infinity
                }
            }
        }
    }

    private func distance(_ sum: [Double], _ count: Int, _ median: [Double]) -> Double {
        let share = 1 / Double(count)
        var result = 0.0
        for time in sum.indices { result += (sum[time] * share - median[time]) * (sum[time] * share - median[time]) }
        return result
    }
}

/// Sums of windows by their fold and the first step of κ that keeps them.
private struct WindowSums {
    private let steps: Int
    private let samples: Int
    /// `[fold, step]`.
    private var counts: [Int]
    /// `[fold, step, time]`.
    private var sums: [Double]

    init(folds: Int, steps: Int, samples: Int) {
        (self.steps, self.samples) = (steps, samples)
        counts = Array(repeating: 0, count: folds * steps)
        sums = Array(repeating: 0, count: folds * steps * samples)
    }

    mutating func add(_ values: [Double], fold: Int, step: Int) {
        let group = fold * steps + step
        counts[group] += 1
        sums.withUnsafeMutableBufferPointer { sums in
            let target = sums.extracting((group * samples)..<((group + 1) * samples))
            for time in 0..<samples { target[time] += values[time] }
        }
    }

    /// Adds the windows of one step in all folds but one.
    func addTraining(without fold: Int, step: Int, to sum: inout [Double], _ count: inout Int) {
        for group in stride(from: step, to: counts.count, by: steps) where group / steps != fold && counts[group] > 0 {
            count += counts[group]
            for time in 0..<samples { sum[time] += sums[group * samples + time] }
        }
    }
}
