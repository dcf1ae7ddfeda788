/// Samples of several channels over time in double precision: `[channel, time]`.
///
/// For filtering, resampling and statistics of recordings, where single precision does not do. A value: copies share memory until one of
/// them changes.
public struct MultichannelSignal: Sendable, TimeSeries {
    public typealias Scalar = Double

    /// The number of channels.
    public let channelCount: Int
    /// The number of samples in each channel.
    public let sampleCount: Int
    private var storage: DoubleStorage

    public var rowCount: Int { channelCount }

    /// A signal with these channels.
    ///
    /// - Precondition: all channels are of the same length.
    public init(_ channels: [[Double]]) {
        let samples = channels.first?.count ?? 0
        for (index, channel) in channels.enumerated() {
            require(
                channel.count == samples, "MultichannelSignal: channel \(index) has \(channel.count) samples, channel 0 has \(samples)")
        }
        self.init(channelCount: channels.count, sampleCount: samples) { pointer in
            for (index, channel) in channels.enumerated() {
                channel.withUnsafeSamples { (pointer + index * samples).update(from: $0, count: samples) }
            }
        }
    }

    /// A signal whose samples `body` writes, channel after channel.
    ///
    /// - Parameter body: receives memory that is not initialised and must write all `channelCount * sampleCount` elements.
    public init(channelCount: Int, sampleCount: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) {
        require(channelCount >= 0 && sampleCount >= 0, "MultichannelSignal: \(channelCount) channels of \(sampleCount) samples")
        self.channelCount = channelCount
        self.sampleCount = sampleCount
        storage = DoubleStorage(channelCount * sampleCount)
        body(storage.pointer)
    }

    /// The elements of a tensor of shape `[channel, time]` in double precision.
    public init(_ tensor: Tensor) {
        require(tensor.rank == 2, "MultichannelSignal: shape \(tensor.shape) is not [channel, time]")
        self.init(channelCount: tensor.shape[0], sampleCount: tensor.shape[1]) { target in
            tensor.withUnsafeBufferPointer { source in
                for index in source.indices { target[index] = Double(source[index]) }
            }
        }
    }

    /// The samples of one channel.
    public subscript(channel: Int) -> [Double] {
        require(channel >= 0 && channel < channelCount, "MultichannelSignal: channel \(channel) of \(channelCount)")
        return [Double](UnsafeBufferPointer(start: storage.pointer + channel * sampleCount, count: sampleCount))
    }

    public func withUnsafeSamples<Result>(_ body: (UnsafePointer<Double>) -> Result) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return body(UnsafePointer(storage.pointer))
    }

    /// Calls `body` with the samples for reading and writing; memory shared with another signal is copied first.
    public mutating func withUnsafeMutableSamples<Result>(_ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = DoubleStorage(channelCount * sampleCount)
            copy.pointer.update(from: storage.pointer, count: channelCount * sampleCount)
            storage = copy
        }
        defer { withExtendedLifetime(storage) {} }
        return body(storage.pointer)
    }

    public func makeSeries(sampleCount: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> MultichannelSignal {
        MultichannelSignal(channelCount: channelCount, sampleCount: sampleCount, body)
    }
}

extension MultichannelSignal: Equatable {
    /// Whether sizes and all samples are equal; NaN is unequal to itself.
    public static func == (a: MultichannelSignal, b: MultichannelSignal) -> Bool {
        guard a.channelCount == b.channelCount, a.sampleCount == b.sampleCount else { return false }
        let count = a.channelCount * a.sampleCount
        return a.withUnsafeSamples { x in
            b.withUnsafeSamples { y in
                UnsafeBufferPointer(start: x, count: count).elementsEqual(UnsafeBufferPointer(start: y, count: count))
            }
        }
    }
}

extension Tensor {
    /// The samples of a signal in single precision, as `[channel, time]`.
    public init(_ signal: MultichannelSignal) {
        self.init(uninitialized: [signal.channelCount, signal.sampleCount])
        let target = mutablePointer
        let count = count
        signal.withUnsafeSamples { source in
            for index in 0..<count { target[index] = Float(source[index]) }
        }
    }
}

/// Memory of signals, from the buffer cache where it is large.
///
/// Written only before it is shared or while it is uniquely referenced.
private final class DoubleStorage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Double>
    private let cachedBytes: Int

    init(_ count: Int) {
        let bytes = count * MemoryLayout<Double>.stride
        if bytes > BufferCache.smallestBlock {
            let (block, size) = BufferCache.shared.allocate(bytes)
            pointer = block.assumingMemoryBound(to: Double.self)
            cachedBytes = size
        } else {
            let block = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
            pointer = block.assumingMemoryBound(to: Double.self)
            cachedBytes = 0
        }
    }

    deinit {
        if cachedBytes > 0 { BufferCache.shared.release(pointer, bytes: cachedBytes) } else { pointer.deallocate() }
    }
}
