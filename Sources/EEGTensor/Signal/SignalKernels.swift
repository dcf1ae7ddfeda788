internal import CEEGKernels

/// The compiled kernels of one precision: how code that is written once for `Float` and `Double` reaches them.
public struct SignalKernels<Scalar>: Sendable {
    /// Runs rows through second-order sections: x, y, rows, samples, coefficients, sections, state, backward.
    let filterSections:
        @Sendable (
            UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int, Int, UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>, Bool
        ) -> Void
    /// Filters with a change of rate: x, y, rows, inputs, outputs, up, down, coefficients, offsets, taps.
    let polyphase:
        @Sendable (
            UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int, Int, Int, Int, Int, UnsafePointer<Scalar>, UnsafePointer<Int64>, Int
        ) -> Void
    /// Multiplies elements in place: x, y, count.
    let scaleBy: @Sendable (UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Void
}

extension Float: SignalScalar {
    public static let signalKernels = SignalKernels<Float>(
        filterSections: { ceeg_filter_sections_f32($0, $1, Int64($2), Int64($3), $4, Int64($5), $6, $7) },
        polyphase: { ceeg_polyphase_f32($0, $1, Int64($2), Int64($3), Int64($4), Int64($5), Int64($6), $7, $8, Int64($9)) },
        scaleBy: { ceeg_scale_by_f32($0, $1, Int64($2)) })
}

extension Double: SignalScalar {
    public static let signalKernels = SignalKernels<Double>(
        filterSections: { ceeg_filter_sections_f64($0, $1, Int64($2), Int64($3), $4, Int64($5), $6, $7) },
        polyphase: { ceeg_polyphase_f64($0, $1, Int64($2), Int64($3), Int64($4), Int64($5), Int64($6), $7, $8, Int64($9)) },
        scaleBy: { ceeg_scale_by_f64($0, $1, Int64($2)) })
}
