/// What can stand for one axis in a subscript such as `x[0, 3..., 2..<5]`: an index, which removes the axis, or a range of indices.
public protocol AxisIndex: Sendable {
    /// What is taken of an axis.
    var axisSelection: AxisSelection { get }
}

/// The part of an axis that an ``AxisIndex`` takes.
public struct AxisSelection: Sendable {
    let start: Int
    /// The index behind the last one that is taken; nil for the end of the axis.
    let end: Int?
    /// Whether the axis remains.
    let keepsAxis: Bool

    init(_ start: Int, _ end: Int?, keepsAxis: Bool = true) {
        self.start = start
        self.end = end
        self.keepsAxis = keepsAxis
    }
}

extension Int: AxisIndex {
    public var axisSelection: AxisSelection { AxisSelection(self, self + 1, keepsAxis: false) }
}

extension Range: AxisIndex where Bound == Int {
    public var axisSelection: AxisSelection { AxisSelection(lowerBound, upperBound) }
}

extension ClosedRange: AxisIndex where Bound == Int {
    public var axisSelection: AxisSelection { AxisSelection(lowerBound, upperBound + 1) }
}

extension PartialRangeFrom: AxisIndex where Bound == Int {
    public var axisSelection: AxisSelection { AxisSelection(lowerBound, nil) }
}

extension PartialRangeUpTo: AxisIndex where Bound == Int {
    public var axisSelection: AxisSelection { AxisSelection(0, upperBound) }
}

extension PartialRangeThrough: AxisIndex where Bound == Int {
    public var axisSelection: AxisSelection { AxisSelection(0, upperBound + 1) }
}
