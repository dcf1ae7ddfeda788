internal import CEEGKernels

/// A matrix of few neighbouring columns in each row: output j is the sum over t of `weights[t][j] x[first[j] + t]`.
struct BandMatrix {
    private let inputs: Int
    private let first: [Int32]
    /// `[tap, output]`.
    private let weights: [Float]

    private var outputs: Int { first.count }
    private var taps: Int { weights.count / first.count }

    static let identity = BandMatrix(inputs: 1, first: [0], weights: [1])

    private init(inputs: Int, first: [Int32], weights: [Float]) {
        self.inputs = inputs
        self.first = first
        self.weights = weights
    }

    /// The matrix that interpolates `outputs` values from `inputs` samples, `scale` values for each sample where it is given.
    init(interpolating inputs: Int, to outputs: Int, scale: Double?, mode: InterpolationMode) {
        // Place j is (j + offset) / ratio − offset.
        func places(ratio: Double, offset: Double) -> [Double] {
            (0..<outputs).map { min(max((Double($0) + offset) / ratio - offset, 0), Double(inputs - 1)) }
        }
        let ratio = scale ?? Double(outputs) / Double(inputs)
        switch mode {
        case .nearest:
            let first = scale == nil ? (0..<outputs).map { $0 * inputs / outputs } : places(ratio: ratio, offset: 0).map { Int($0) }
            self.init(inputs: inputs, first: first.map(Int32.init), weights: Array(repeating: 1, count: outputs))
        case .linear(let alignCorners):
            // A single result of aligned corners is the first sample, as if the ratio were infinite.
            let cornerRatio = outputs > 1 ? Double(outputs - 1) / Double(max(inputs - 1, 1)) : .infinity
            let places = alignCorners ? places(ratio: cornerRatio, offset: 0) : places(ratio: ratio, offset: 0.5)
            guard inputs > 1 else {
                self.init(inputs: 1, first: Array(repeating: 0, count: outputs), weights: Array(repeating: 1, count: outputs))
                return
            }
            let first = places.map { min(Int($0), inputs - 2) }
            let fractions = zip(places, first).map { Float($0 - Double($1)) }
            self.init(inputs: inputs, first: first.map(Int32.init), weights: fractions.map { 1 - $0 } + fractions)
        }
    }

    /// The matrix that carries gradients of the outputs back to the inputs.
    var transposed: BandMatrix {
        var lowest = [Int](repeating: outputs, count: inputs)
        var highest = [Int](repeating: -1, count: inputs)
        for output in 0..<outputs {
            for tap in 0..<taps where weights[tap * outputs + output] != 0 {
                let input = Int(first[output]) + tap
                lowest[input] = min(lowest[input], output)
                highest[input] = max(highest[input], output)
            }
        }
        let taps = max(1, zip(lowest, highest).map { $1 - $0 + 1 }.max() ?? 1)
        let starts = lowest.map { min($0, outputs - taps) }
        var transposed = [Float](repeating: 0, count: taps * inputs)
        for output in 0..<outputs {
            for tap in 0..<self.taps {
                let weight = weights[tap * outputs + output]
                let input = Int(first[output]) + tap
                if weight != 0 { transposed[(output - starts[input]) * inputs + input] += weight }
            }
        }
        return BandMatrix(inputs: outputs, first: starts.map(Int32.init), weights: transposed)
    }

    func withBand(_ body: (UnsafePointer<ceeg_band>) -> Void) {
        first.withUnsafeBufferPointer { first in
            weights.withUnsafeBufferPointer { weights in
                var band = ceeg_band(
                    in: Int64(inputs), out: Int64(outputs), taps: Int64(taps), first: first.baseAddress, weights: weights.baseAddress)
                body(&band)
            }
        }
    }
}
