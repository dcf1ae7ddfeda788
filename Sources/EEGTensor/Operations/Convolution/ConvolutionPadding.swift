/// The zeros around the input of a convolution along one axis.
public enum ConvolutionPadding: Hashable, Sendable {
    /// No zeros: only places where the whole kernel lies inside the input.
    case valid
    /// As many results as samples, for stride 1; an odd zero comes behind, as in PyTorch.
    case same
    /// One result for each started stride, `⌈size / stride⌉`; an odd zero comes behind. TensorFlow's `SAME`, which is `same` at stride 1.
    case tensorFlowSame
    /// All zeros in front, so that a result depends on no later sample; as many results as samples at stride 1.
    case causal
    /// These numbers of zeros.
    case zeros(before: Int, after: Int)

    /// The same number of zeros at both ends.
    public static func zeros(_ count: Int) -> ConvolutionPadding { .zeros(before: count, after: count) }

    /// The zeros in front of and behind `size` samples for a kernel that spans `extent` of them.
    func resolved(size: Int, extent: Int, stride: Int, operation: StaticString) -> (before: Int, after: Int) {
        switch self {
        case .valid: return (0, 0)
        case .same:
            require(stride == 1, "\(operation): padding .same needs stride 1, not \(stride)")
            return ((extent - 1) / 2, extent / 2)
        case .tensorFlowSame:
            let total = max(0, (size - 1) / stride * stride + extent - size)
            return (total / 2, total - total / 2)
        case .causal: return (extent - 1, 0)
        case .zeros(let before, let after):
            require(before >= 0 && after >= 0, "\(operation): padding [\(before), \(after)] is negative")
            return (before, after)
        }
    }
}
