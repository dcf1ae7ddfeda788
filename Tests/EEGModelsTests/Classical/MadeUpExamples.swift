import EEGTensor

/// Features and labels by formulas of whole numbers; the same as in Scripts/make-fixtures/classical.py.
struct MadeUpExamples {
    let features: Tensor
    let labels: [Int]

    /// Features in sixteenths, and labels that depend on two of them, with a seventh of wrong ones.
    init(_ count: Int, width: Int, classes: Int, offset: Int = 0) {
        var (values, labels) = ([Float](), [Int]())
        for i in offset..<(offset + count) {
            let row = (0..<width).map { j -> Float in
                let square: Int = i * i * (7 + 2 * j), line: Int = i * (31 + 17 * j)
                return Float((square + line + 5 * j) % 101 - 50) / 16
            }
            let place = (Double(row[0]) + 0.5 * Double(row[1]) + 5) / 10 * Double(classes)
            let label = max(0, min(classes - 1, Int(place.rounded(.down))))
            labels.append(i % 7 == 3 ? (label + 1) % classes : label)
            values += row
        }
        features = Tensor(values, shape: [count, width])
        self.labels = labels
    }
}

/// The greatest difference between numbers.
func greatestDifference(_ a: some Sequence<Float>, _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } }

/// Points in two well separated clouds a class.
func separableExamples(_ count: Int, classes: Int, width: Int, seed: UInt64) -> (features: Tensor, labels: [Int]) {
    var generator = Generator(seed: seed)
    let labels = (0..<count).map { $0 % classes }
    var features = Tensor(uniform: -1..<1, shape: [count, width], using: &generator)
    features.withUnsafeMutableBufferPointer { values in
        for (window, label) in labels.enumerated() { values[window * width + label % width] += 4 * Float(1 + label / width) }
    }
    return (features, labels)
}
