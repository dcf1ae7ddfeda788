import EEGModelTesting
import EEGTensor
import Foundation
import Testing

/// Windows over two planes of three channels, `[batch, channel, height, width]`, cell by cell.
struct PoolingReference: Sendable, CustomTestStringConvertible {
    enum Axis: Sendable {
        case equal(size: Int, kernel: Int, stride: Int, padding: Int = 0)
        case adaptive(size: Int, outputs: Int)

        var size: Int {
            switch self {
            case .equal(let size, _, _, _), .adaptive(let size, _): size
            }
        }

        func outputs(ceilMode: Bool) -> Int {
            switch self {
            case .adaptive(_, let outputs): return outputs
            case .equal(let size, let kernel, let stride, let padding):
                var outputs = 0
                while outputs * stride - padding + kernel <= size + padding { outputs += 1 }
                // One more where cells are left over, unless its window would begin behind the input.
                let begin = outputs * stride - padding
                let covered = begin - stride + kernel
                return ceilMode && covered < size + padding && begin < size ? outputs + 1 : outputs
            }
        }

        /// The cells of a window that exist, and how many the padded input has.
        func window(_ output: Int) -> (cells: Range<Int>, padded: Int) {
            switch self {
            case .adaptive(let size, let outputs):
                let cells = (output * size / outputs)..<((output + 1) * size + outputs - 1) / outputs
                return (cells, cells.count)
            case .equal(let size, let kernel, let stride, let padding):
                let begin = output * stride - padding
                return (max(0, begin)..<min(size, begin + kernel), min(size + padding, begin + kernel) - begin)
            }
        }
    }

    var height = Axis.equal(size: 1, kernel: 1, stride: 1)
    let width: Axis
    var ceilMode = false

    var testDescription: String { "\(height) \(width) \(ceilMode ? "ceil mode" : "")" }

    var outputs: (height: Int, width: Int) { (height.outputs(ceilMode: ceilMode), width.outputs(ceilMode: ceilMode)) }
    var inputShape: Shape { [2, 3, height.size, width.size] }
    var outputShape: Shape { [2, 3, outputs.height, outputs.width] }

    /// Calls `body` with the place of each output, the places of its cells and how many cells its padded window has.
    private func forEachWindow(_ body: (_ output: Int, _ cells: [Int], _ padded: Int) -> Void) {
        let outputs = outputs
        var output = 0
        for plane in 0..<6 {
            for i in 0..<outputs.height {
                for j in 0..<outputs.width {
                    let (rows, columns) = (height.window(i), width.window(j))
                    let cells = rows.cells.flatMap { row in columns.cells.map { (plane * height.size + row) * width.size + $0 } }
                    body(output, cells, rows.padded * columns.padded)
                    output += 1
                }
            }
        }
    }

    /// The means, and the gradient of their sum weighted by `dy`.
    func averages(_ x: DoubleTensor, _ dy: DoubleTensor, countsPadding: Bool = true) -> [DoubleTensor] {
        var (y, dx) = (DoubleTensor(zeros: outputShape), DoubleTensor(zeros: inputShape))
        forEachWindow { output, cells, padded in
            let count = Double(countsPadding ? padded : cells.count)
            for cell in cells {
                y.values[output] += x.values[cell] / count
                dx.values[cell] += dy.values[output] / count
            }
        }
        return [y, dx]
    }

    /// The largest values, and the gradient of their sum weighted by `dy`.
    func maxima(_ x: DoubleTensor, _ dy: DoubleTensor) -> [DoubleTensor] {
        var (y, dx) = (DoubleTensor(zeros: outputShape), DoubleTensor(zeros: inputShape))
        forEachWindow { output, cells, _ in
            var best = cells[0]
            for cell in cells where !x.values[best].isNaN && (x.values[cell] > x.values[best] || x.values[cell].isNaN) { best = cell }
            y.values[output] = x.values[best]
            dx.values[best] += dy.values[output]
        }
        return [y, dx]
    }

    /// The logarithms of the sums of exponentials, and the gradient of their sum weighted by `dy`.
    func logSumExps(_ x: DoubleTensor, _ dy: DoubleTensor) -> [DoubleTensor] {
        var (y, dx) = (DoubleTensor(zeros: outputShape), DoubleTensor(zeros: inputShape))
        forEachWindow { output, cells, _ in
            y.values[output] = log(cells.reduce(0) { $0 + exp(x.values[$1]) })
            for cell in cells { dx.values[cell] += dy.values[output] * exp(x.values[cell] - y.values[output]) }
        }
        return [y, dx]
    }
}
