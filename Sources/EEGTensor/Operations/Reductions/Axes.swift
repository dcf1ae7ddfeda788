/// Which axes of a tensor an operation works on, negative ones counted from the end.
///
/// ```swift
/// x.mean(over: -1)
/// x.variance(over: [0, 2])
/// x.squared().mean(over: .time)
/// ```
public struct Axes: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The axes as they were written; nil for all.
    private let indices: [Int]?

    private init(indices: [Int]?) { self.indices = indices }

    public init(_ indices: some Sequence<Int>) { self.init(indices: Array(indices)) }
    public init(arrayLiteral elements: Int...) { self.init(indices: elements) }
    public init(integerLiteral value: Int) { self.init(indices: [value]) }

    /// All axes.
    public static let all = Axes(indices: nil)
    /// The first axis.
    public static let batch: Axes = 0
    /// The axis before the last one.
    public static let channel: Axes = -2
    /// The last axis.
    public static let time: Axes = -1

    public var description: String { indices.map { "\($0)" } ?? "all" }

    /// The axes of `shape` that are meant, as a bit mask.
    func mask(_ shape: Shape, _ operation: String) -> UInt32 {
        guard let indices else { return (1 << UInt32(shape.rank)) - 1 }
        var mask: UInt32 = 0
        for index in indices {
            let bit: UInt32 = 1 << UInt32(shape.resolve(axis: index, operation))
            require(mask & bit == 0, "\(operation): axis \(index) is named twice in \(indices), shape \(shape)")
            mask |= bit
        }
        return mask
    }
}

/// The shapes on both sides of a reduction.
struct Reduction {
    let input: Shape
    /// The axes that are reduced, as a bit mask.
    let mask: UInt32
    let output: Shape
    /// The number of elements that give one result.
    let length: Int

    /// - Precondition: the axes exist and hold at least one element.
    init(_ input: Shape, _ axes: Axes, keepingDimensions: Bool, _ operation: String) {
        self.input = input
        mask = axes.mask(input, operation)
        var output = Shape()
        var length = 1
        for axis in 0..<input.rank {
            if mask >> UInt32(axis) & 1 == 0 {
                output.append(input[axis])
            } else {
                length *= input[axis]
                if keepingDimensions { output.append(1) }
            }
        }
        require(length > 0, "\(operation): nothing to reduce along axes \(axes) of \(input)")
        self.output = output
        self.length = length
    }

    /// Calls a kernel with rank, sizes and axes.
    func withLayout(_ body: (Int32, UnsafePointer<Int64>, UInt32) -> Void) {
        withPointer(to: input.extents) { body(Int32(input.rank), $0, mask) }
    }
}

extension Shape {
    /// The sizes in front of `axis`, along it, and behind it.
    func split(at axis: Int) -> (outer: Int64, length: Int64, inner: Int64) {
        var outer: Int64 = 1
        var inner: Int64 = 1
        for index in 0..<axis { outer *= Int64(self[index]) }
        for index in (axis + 1)..<Swift.max(rank, axis + 1) { inner *= Int64(self[index]) }
        return (outer, Int64(self[axis]), inner)
    }
}
