import EEGModelTesting
import EEGTensor
import Testing

@Suite struct InterpolationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: Shape
        let size: (height: Int, width: Int)
        let mode: InterpolationMode

        var testDescription: String { "\(shape) to \(size), \(mode)" }
    }

    static let cases: [Case] = [InterpolationMode.nearest, .linear(), .linear(alignCorners: true)].flatMap { mode in
        [
            Case(shape: [1, 1, 1, 1], size: (1, 1), mode: mode), Case(shape: [2, 3, 1, 1], size: (1, 19), mode: mode),
            Case(shape: [2, 3, 1, 33], size: (1, 1), mode: mode), Case(shape: [2, 3, 1, 33], size: (1, 33), mode: mode),
            Case(shape: [2, 3, 1, 50], size: (1, 100), mode: mode), Case(shape: [2, 3, 1, 41], size: (1, 123), mode: mode),
            Case(shape: [2, 3, 1, 40], size: (1, 200), mode: mode), Case(shape: [2, 3, 1, 7], size: (1, 112), mode: mode),
            Case(shape: [2, 3, 1, 100], size: (1, 50), mode: mode), Case(shape: [2, 3, 1, 97], size: (1, 13), mode: mode),
            Case(shape: [2, 3, 1, 31], size: (1, 77), mode: mode), Case(shape: [1, 2, 4, 6], size: (9, 13), mode: mode),
            Case(shape: [1, 2, 11, 35], size: (4, 17), mode: mode), Case(shape: [1, 2, 5, 18], size: (10, 36), mode: mode),
            Case(shape: [1, 2, 12, 20], size: (6, 40), mode: mode), Case(shape: [1, 2, 3, 40], size: (7, 20), mode: mode),
        ]
    }

    @Test(arguments: cases) func agreesWithTheDefinition(_ example: Case) {
        let (x, dy) = (sample(example.shape), sample([example.shape[0], example.shape[1], example.size.height, example.size.width], seed: 2))
        let rows = Self.weights(example.shape[2], example.size.height, example.mode)
        let columns = Self.weights(example.shape[3], example.size.width, example.mode)
        let (values, weights) = (DoubleTensor(x), DoubleTensor(dy))
        var (y, dx) = (DoubleTensor(zeros: dy.shape), DoubleTensor(zeros: x.shape))
        for index in indices(of: dy.shape) {
            for (row, rowWeight) in rows[index[2]] {
                for (column, columnWeight) in columns[index[3]] {
                    let input: [Int] = [index[0], index[1], row, column]
                    let weight: Double = rowWeight * columnWeight
                    y[index] += weight * values[input]
                    dx[input] += weight * weights[index]
                }
            }
        }
        expectValueAndGradients(at: [x], weightedBy: dy, [y, dx]) { interpolate2D($0[0], size: example.size, mode: example.mode) }
    }

    @Test func scaleCountsPlacesInItsOwnSteps() {
        let x = sample([1, 2, 10])
        let y = interpolate1D(x, scale: 2.55, mode: .linear())
        #expect(y.shape == [1, 2, 25])
        let values = DoubleTensor(x)
        let expected = DoubleTensor(shape: [1, 2, 25]) { index in
            interpolated(at: (Double(index[2]) + 0.5) / 2.55 - 0.5, count: 10) { values[0, index[1], $0] }
        }
        expectClose(y, expected)
        #expect(interpolate1D(x, scale: 49).scalars == x.scalars.flatMap { Array(repeating: $0, count: 49) })
        #expect(interpolate2D(sample([1, 1, 4, 5]), scale: (0.5, 2)).shape == [1, 1, 2, 10])
    }

    @Test func noResultsTrap() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = interpolate1D(Tensor(zeros: [1, 1, 3]), scale: 0.25)
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("interpolation: 0 results along an axis of input [1, 1, 3]"))
    }

    /// The samples from which each result is made, and their weights.
    private static func weights(_ inputs: Int, _ outputs: Int, _ mode: InterpolationMode) -> [[(Int, Double)]] {
        (0..<outputs).map { output in
            let place: Double
            switch mode {
            case .nearest: return [(output * inputs / outputs, 1)]
            case .linear(true): place = outputs == 1 ? 0 : Double(output * (inputs - 1)) / Double(outputs - 1)
            case .linear(false): place = max(0, (Double(output) + 0.5) * Double(inputs) / Double(outputs) - 0.5)
            }
            let first = min(Int(place), inputs - 1)
            return [(first, 1 - (place - Double(first))), (min(first + 1, inputs - 1), place - Double(first))]
        }
    }
}
