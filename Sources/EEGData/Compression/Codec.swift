/// A way of compressing bytes. The size of the result is always declared elsewhere: decompression never writes beyond it.
package enum Codec: String, Sendable {
    /// Deflate without header or checksum (RFC 1951).
    case deflate
    /// Deflate in the zlib container (RFC 1950).
    case zlib
    /// One or several gzip members (RFC 1952).
    case gzip
    /// The raw Snappy block.
    case snappy
    /// One LZ4 block.
    case lz4
    /// LZ4 blocks, each behind its decompressed and compressed size, as Hadoop writes them.
    case hadoopLZ4
    case brotli
    /// One or several Zstandard frames.
    case zstd

    /// Decompresses into all of `destination`; data that hold fewer or more bytes are refused.
    package func decompress(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer, at place: @autoclosure () -> FilePlace
    ) throws(EEGDataError) {
        do throws(CodecFailure) {
            switch self {
            case .deflate: try Inflate.decompress(source, into: destination, container: .none)
            case .zlib: try Inflate.decompress(source, into: destination, container: .zlib)
            case .gzip: try Inflate.decompress(source, into: destination, container: .gzip)
            case .snappy: try Snappy.decompress(source, into: destination)
            case .lz4: try LZ4.decompressBlock(source, into: destination)
            case .hadoopLZ4: try LZ4.decompressHadoop(source, into: destination)
            case .brotli: try Brotli.decompress(source, into: destination)
            case .zstd: try Zstandard.decompress(source, into: destination)
            }
        } catch {
            throw place().malformed(expected: "\(source.count) bytes of \(rawValue) data that hold \(destination.count)", found: error.reason)
        }
    }

    /// The decompressed bytes, `count` of them.
    package func decompress(
        _ source: some Sequence<UInt8>, count: Int, limits: ReadLimits, at place: @autoclosure () -> FilePlace
    ) throws(EEGDataError) -> [UInt8] {
        try place().check(decodedBytes: count, limits: limits)
        var failure: EEGDataError?
        let result = [UInt8](unsafeUninitializedCapacity: count) { destination, initialized in
            let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(destination)[..<count])
            func decompress(_ bytes: UnsafeRawBufferPointer) {
                do throws(EEGDataError) {
                    try self.decompress(bytes, into: target, at: place())
                    initialized = count
                } catch { failure = error }
            }
            if source.withContiguousStorageIfAvailable({ decompress(UnsafeRawBufferPointer($0)) }) == nil {
                Array(source).withUnsafeBytes(decompress)
            }
        }
        if let failure { throw failure }
        return result
    }
}

/// What a codec found wrong; `Codec` adds the place.
struct CodecFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// Data that end early or go on.
    init(count: Int) { reason = "\(count) bytes" }
}
