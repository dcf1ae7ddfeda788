/// The sizes of a tensor along its axes, at most six.
///
/// A shape is a collection of its sizes and is written as an array literal: `let shape: Shape = [64, 22, 1000]`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, RandomAccessCollection, CustomStringConvertible {
    /// The most axes a tensor can have.
    public static let maximumRank = 6

    /// Sizes beyond the rank are 0.
    private var sizes: InlineArray<6, Int>
    private var storedRank: Int32

    /// The shape of a scalar: no axes, one element.
    @inline(__always)
    public init() {
        sizes = InlineArray(repeating: 0)
        storedRank = 0
    }

    /// A shape with these sizes.
    ///
    /// - Precondition: at most six sizes, none negative.
    public init(_ sizes: some Collection<Int>) {
        self.init()
        for size in sizes { append(size) }
    }

    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The number of axes.
    public var rank: Int { Int(storedRank) }

    /// The number of elements: the product of all sizes, 1 for a scalar.
    public var elementCount: Int {
        var count = 1
        for axis in 0..<rank { count *= sizes[axis] }
        return count
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { rank }

    /// The size along `axis`, counted from the front.
    public subscript(axis: Int) -> Int {
        get {
            require(axis >= 0 && axis < rank, "Shape: axis \(axis) of \(self)")
            return sizes[axis]
        }
        set {
            require(axis >= 0 && axis < rank, "Shape: axis \(axis) of \(self)")
            require(newValue >= 0, "Shape: size \(newValue) is negative")
            sizes[axis] = newValue
        }
    }

    /// Adds an axis behind the last one.
    public mutating func append(_ size: Int) {
        require(rank < Self.maximumRank, "Shape: more than \(Self.maximumRank) axes: \(self) and \(size)")
        require(size >= 0, "Shape: size \(size) is negative")
        sizes[rank] = size
        storedRank += 1
    }

    /// Inserts an axis in front of `axis`.
    public mutating func insert(_ size: Int, at axis: Int) {
        require(axis >= 0 && axis <= rank, "Shape: cannot insert an axis at \(axis) of \(self)")
        append(size)
        for index in stride(from: rank - 1, to: axis, by: -1) { sizes[index] = sizes[index - 1] }
        sizes[axis] = size
    }

    /// Removes `axis` and returns its size.
    @discardableResult
    public mutating func remove(at axis: Int) -> Int {
        let size = self[axis]
        for index in axis..<(rank - 1) { sizes[index] = sizes[index + 1] }
        storedRank -= 1
        sizes[rank] = 0
        return size
    }

    /// The axis that `axis` names, negative ones counted from the end.
    ///
    /// - Precondition: `-rank <= axis < rank`; the message of the trap begins with `operation`.
    public func resolve(axis: Int, _ operation: String = "axis") -> Int {
        let index = axis < 0 ? axis + rank : axis
        require(index >= 0 && index < rank, "\(operation): axis \(axis) does not exist in \(self)")
        return index
    }

    public static func == (a: Shape, b: Shape) -> Bool {
        var difference = Int(a.storedRank ^ b.storedRank)
        for axis in 0..<maximumRank { difference |= a.sizes[axis] ^ b.sizes[axis] }
        return difference == 0
    }

    public func hash(into hasher: inout Hasher) {
        for size in self { hasher.combine(size) }
    }

    public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}
