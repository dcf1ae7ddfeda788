/// The precision of samples that signal processing is compiled for: `Float` and `Double`.
public protocol SignalScalar: BinaryFloatingPoint, Sendable {
    /// The compiled kernels for this precision.
    static var signalKernels: SignalKernels<Self> { get }
}

/// One or more rows of samples at equal distances in time.
///
/// Signal processing works on each row by itself and is written once for all of these:
/// - `Tensor` (Float): time is the last axis, so `[channel, time]` and `[batch, channel, time]` are both fine.
/// - `MultichannelSignal` (Double): `[channel, time]`.
/// - `[Double]`: a single row.
///
/// Results have the precision of what they are computed from. Nothing here is recorded for differentiation, and a recorded tensor traps;
/// see ``ShortTimeFourierTransform`` and ``MelSpectrogram`` for operations with gradients.
public protocol TimeSeries: Sendable {
    associatedtype Scalar: SignalScalar

    /// The number of rows.
    var rowCount: Int { get }

    /// The number of samples in each row.
    var sampleCount: Int { get }

    /// Calls `body` with the samples, row after row.
    func withUnsafeSamples<Result>(_ body: (UnsafePointer<Scalar>) -> Result) -> Result

    /// A series with as many rows (a tensor: the same leading axes) of another length.
    ///
    /// - Parameter body: receives memory that is not initialised and must write all `rowCount * sampleCount` elements.
    func makeSeries(sampleCount: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) -> Self
}

/// Rows of equal length, one behind the other, for reading.
struct Rows<Scalar> {
    let base: UnsafePointer<Scalar>
    let count: Int
    let length: Int

    subscript(row: Int) -> UnsafePointer<Scalar> { base + row * length }
}

/// Rows of equal length, one behind the other, for writing.
struct MutableRows<Scalar> {
    let base: UnsafeMutablePointer<Scalar>
    let count: Int
    let length: Int

    subscript(row: Int) -> UnsafeMutablePointer<Scalar> { base + row * length }
    var readable: Rows<Scalar> { Rows(base: UnsafePointer(base), count: count, length: length) }
}

extension TimeSeries {
    /// A series whose rows of `length` samples `body` computes from the rows of this one.
    func mapRows(to length: Int, _ body: (Rows<Scalar>, MutableRows<Scalar>) -> Void) -> Self {
        withUnsafeSamples { input in
            makeSeries(sampleCount: length) { output in
                body(
                    Rows(base: input, count: rowCount, length: sampleCount), MutableRows(base: output, count: rowCount, length: length))
            }
        }
    }
}

extension Array: TimeSeries where Element == Double {
    public typealias Scalar = Double

    public var rowCount: Int { 1 }
    public var sampleCount: Int { count }

    public func withUnsafeSamples<Result>(_ body: (UnsafePointer<Double>) -> Result) -> Result {
        withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return withScratch(1, Double.self) { body(UnsafePointer($0)) } }
            return body(base)
        }
    }

    public func makeSeries(sampleCount: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
        [Double](unsafeUninitializedCapacity: sampleCount) { buffer, count in
            if let base = buffer.baseAddress { body(base) }
            count = sampleCount
        }
    }
}

extension Tensor: TimeSeries {
    public typealias Scalar = Float

    public var rowCount: Int { shape.dropLast().reduce(1, *) }
    public var sampleCount: Int { shape.last ?? 1 }

    public func withUnsafeSamples<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        require(rank > 0, "TimeSeries: a tensor without axes has no time axis")
        require(!isRecorded, "TimeSeries: this operation has no gradient, and the tensor \(shape) is recorded; pass x.detached()")
        defer { withExtendedLifetime(self) {} }
        return body(pointer)
    }

    public func makeSeries(sampleCount: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> Tensor {
        var shape = shape
        shape[rank - 1] = sampleCount
        let result = Tensor(uninitialized: shape)
        body(result.mutablePointer)
        return result
    }
}

/// Calls `body` with 64-byte aligned memory for `count` elements, not initialised.
func withScratch<Scalar, Result>(_ count: Int, _: Scalar.Type, _ body: (UnsafeMutablePointer<Scalar>) -> Result) -> Result {
    let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
    if bytes <= BufferCache.smallestBlock {
        return withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { buffer in
            guard let base = buffer.baseAddress else { fatalError("out of memory: scratch of \(bytes) bytes") }
            return body(base.assumingMemoryBound(to: Scalar.self))
        }
    }
    let (block, size) = BufferCache.shared.allocate(bytes)
    defer { BufferCache.shared.release(block, bytes: size) }
    return body(block.assumingMemoryBound(to: Scalar.self))
}
