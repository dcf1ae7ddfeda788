internal import CEEGKernels

/// One whole number for each axis (sizes, strides, offsets), in the form in which kernels read them.
struct AxisIntegers: Hashable, Sendable, CustomStringConvertible {
    private var values = Broadcasting.Extents(repeating: 0)
    private(set) var count = 0

    init() {}

    init(_ numbers: some Sequence<Int>) {
        for number in numbers { append(number) }
    }

    mutating func append(_ number: Int) {
        values[count] = Int64(number)
        count += 1
    }

    subscript(axis: Int) -> Int {
        get { Int(values[axis]) }
        set { values[axis] = Int64(newValue) }
    }

    func withPointer<Result>(_ body: (UnsafePointer<Int64>) -> Result) -> Result {
        EEGTensor.withPointer(to: values, body)
    }

    static func == (a: AxisIntegers, b: AxisIntegers) -> Bool {
        a.count == b.count && (0..<a.count).allSatisfy { a[$0] == b[$0] }
    }

    func hash(into hasher: inout Hasher) {
        for axis in 0..<count { hasher.combine(self[axis]) }
    }

    var description: String { "\((0..<count).map { self[$0] })" }
}

extension Shape {
    /// For each axis, how many elements lie between neighbours along it in a row-major tensor.
    var strides: AxisIntegers {
        var strides = AxisIntegers(self)
        var stride = 1
        for axis in indices.reversed() {
            strides[axis] = stride
            stride *= self[axis]
        }
        return strides
    }
}

/// Copies element (i, j, …) of one strided layout to (i, j, …) of another, `sizes` long.
func copyStrided(
    from source: UnsafePointer<Float>, _ sourceStrides: AxisIntegers, to target: UnsafeMutablePointer<Float>, _ targetStrides: AxisIntegers,
    sizes: Shape
) {
    guard sizes.elementCount > 0 else { return }
    let rank = Int64(sizes.rank)
    sourceStrides.withPointer { sourceStrides in
        targetStrides.withPointer { targetStrides in
            withPointer(to: sizes.extents) { sizes in
                ceeg_copy_layout(source, sourceStrides, target, targetStrides, sizes, rank)
            }
        }
    }
}
