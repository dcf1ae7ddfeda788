/// Which frequencies a filter lets through, in Hz.
public enum FilterBand: Hashable, Sendable {
    /// Everything below the cut-off.
    case lowPass(Double)
    /// Everything above the cut-off.
    case highPass(Double)
    /// Everything between two cut-offs.
    case bandPass(ClosedRange<Double>)
    /// Everything but what lies between two cut-offs.
    case bandStop(ClosedRange<Double>)

    /// The cut-offs, the lower one first.
    var edges: [Double] {
        switch self {
        case .lowPass(let edge), .highPass(let edge): [edge]
        case .bandPass(let range), .bandStop(let range): [range.lowerBound, range.upperBound]
        }
    }

    /// Throws unless all cut-offs lie between 0 and half of the sampling rate, two of them apart.
    func validate(samplingRate: Double) throws(FilterDesignError) {
        try FilterDesignError.check(samplingRate.isFinite && samplingRate > 0, "samplingRate", samplingRate, "a positive number of Hz")
        for edge in edges {
            try FilterDesignError.check(
                edge > 0 && edge < samplingRate / 2, "cut-off", edge,
                "more than 0 and less than half the sampling rate, \(samplingRate / 2) Hz")
        }
        if edges.count == 2 {
            try FilterDesignError.check(edges[0] < edges[1], "cut-offs", edges, "two different frequencies")
        }
    }
}

/// A filter that cannot be designed: the field at fault, its value and what was expected.
public struct FilterDesignError: Error, Equatable, CustomStringConvertible {
    /// The parameter, such as `order`.
    public let field: String
    /// Its value, as text.
    public let value: String
    /// What it must be.
    public let expected: String

    public var description: String { "filter design: \(field) is \(value), expected \(expected)" }

    static func check(_ condition: Bool, _ field: String, _ value: Any, _ expected: @autoclosure () -> String) throws(FilterDesignError) {
        if !condition { throw FilterDesignError(field: field, value: "\(value)", expected: expected()) }
    }
}
