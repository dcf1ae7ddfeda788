internal import CEEGKernels

/// How values between samples are found.
public enum InterpolationMode: Hashable, Sendable {
    /// The sample at ⌊i n / m⌋ for result i of m from n samples: for whole factors, each sample several times.
    case nearest
    /// On the straight line between the two neighbours (in two dimensions bilinear). With `alignCorners` the first and last results are the
    /// first and last samples; without, samples stand in the middle of intervals of equal length, and the ends are held.
    case linear(alignCorners: Bool = false)
}

/// Signals resampled to `size` samples by interpolation.
///
/// - Parameter x: `[batch, channel, time]`.
/// - Returns: `[batch, channel, size]`.
/// - Precondition: nothing is empty.
public func interpolate1D(_ x: consuming Tensor, size: Int, mode: InterpolationMode = .nearest) -> Tensor {
    require(x.rank == 3, "interpolate1D: the input needs three axes: \(x.shape)")
    return apply(Interpolation(width: .init(outputs: size), mode: mode), x)
}

/// Signals resampled to ⌊time · scale⌋ samples by interpolation; places are counted in steps of exactly 1 / scale samples.
///
/// - Parameter x: `[batch, channel, time]`.
/// - Returns: `[batch, channel, ⌊time · scale⌋]`.
/// - Precondition: nothing is empty.
public func interpolate1D(_ x: consuming Tensor, scale: Double, mode: InterpolationMode = .nearest) -> Tensor {
    require(x.rank == 3, "interpolate1D: the input needs three axes: \(x.shape)")
    return apply(Interpolation(width: .init(size: x.shape[2], scale: scale), mode: mode), x)
}

/// Images resampled to a size by interpolation.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, size.height, size.width]`.
/// - Precondition: nothing is empty.
public func interpolate2D(_ x: consuming Tensor, size: (height: Int, width: Int), mode: InterpolationMode = .nearest) -> Tensor {
    require(x.rank == 4, "interpolate2D: the input needs four axes: \(x.shape)")
    return apply(Interpolation(height: .init(outputs: size.height), width: .init(outputs: size.width), mode: mode), x)
}

/// Images enlarged or reduced by interpolation; places are counted in steps of exactly 1 / scale rows and columns.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, ⌊height · scale.height⌋, ⌊width · scale.width⌋]`.
/// - Precondition: nothing is empty.
public func interpolate2D(_ x: consuming Tensor, scale: (height: Double, width: Double), mode: InterpolationMode = .nearest) -> Tensor {
    require(x.rank == 4, "interpolate2D: the input needs four axes: \(x.shape)")
    let (height, width) = (x.shape[2], x.shape[3])
    return apply(
        Interpolation(height: .init(size: height, scale: scale.height), width: .init(size: width, scale: scale.width), mode: mode), x)
}

/// Resampling of the last axis (of inputs with three) or the last two, each by a banded matrix.
struct Interpolation: Operation {
    static let name = "interpolation"

    struct Axis: Sendable {
        var outputs: Int
        /// Results for each sample, where that is not just the ratio of the sizes.
        var scale: Double?

        init(outputs: Int) { self.outputs = outputs }

        init(size: Int, scale: Double) {
            require(scale > 0 && scale.isFinite, "interpolation: scale \(scale) is not positive")
            outputs = Int(Double(size) * scale)
            self.scale = scale
        }
    }

    var height: Axis?
    let width: Axis
    let mode: InterpolationMode

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        require(x.count > 0, "interpolation: empty input \(x.shape)")
        let (rows, columns) = matrices(x.shape)
        return TensorList(resample(x, rows, columns, to: outputShape(x.shape)))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let shape = pass.shape(ofInput: 0)
        let (rows, columns) = matrices(shape)
        return TensorList(resample(gradients[0], rows?.transposed, columns.transposed, to: shape))
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        mode == .nearest ? 0 : 3 * outputs[0].elementCount * (height == nil ? 1 : 2)
    }

    private func outputShape(_ x: Shape) -> Shape {
        height.map { [x[0], x[1], $0.outputs, width.outputs] } ?? [x[0], x[1], width.outputs]
    }

    private func matrices(_ x: Shape) -> (rows: BandMatrix?, columns: BandMatrix) {
        func matrix(_ axis: Axis, _ size: Int) -> BandMatrix {
            require(axis.outputs > 0, "interpolation: \(axis.outputs) results along an axis of input \(x)")
            return BandMatrix(interpolating: size, to: axis.outputs, scale: axis.scale, mode: mode)
        }
        return (height.map { matrix($0, x[2]) }, matrix(width, x[x.rank - 1]))
    }

    private func resample(_ x: Tensor, _ rows: BandMatrix?, _ columns: BandMatrix, to shape: Shape) -> Tensor {
        let y = Tensor(uninitialized: shape)
        (rows ?? .identity).withBand { rows in
            columns.withBand { columns in
                ceeg_resample_planes(Int64(shape[0] * shape[1]), rows, columns, x.pointer, y.mutablePointer)
            }
        }
        withExtendedLifetime(x) {}
        return y
    }
}
