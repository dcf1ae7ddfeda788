internal import EEGTensor

/// How neighbouring samples become one.
public enum TemporalPooling: String, Sendable, Codable {
    case average, maximum

    /// Windows of `length` samples, each `stride` behind the one before (`length` where it is not given).
    ///
    /// - Parameter x: `[batch, filter, electrode, time]`.
    func callAsFunction(_ x: Tensor, length: Int, stride: Int? = nil) -> Tensor {
        switch self {
        case .average: averagePooling2D(x, kernel: (1, length), stride: (1, stride ?? length))
        case .maximum: maxPooling2D(x, kernel: (1, length), stride: (1, stride ?? length))
        }
    }
}

/// How many windows of `kernel` samples, each `stride` behind the one before, lie within `samples` samples and the padding at both ends.
func windowCount(_ samples: Int, kernel: Int, stride: Int = 1, padding: Int = 0) -> Int {
    let padded = samples + 2 * padding
    return samples > 0 && padded >= kernel ? (padded - kernel) / stride + 1 : 0
}
