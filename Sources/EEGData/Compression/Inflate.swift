internal import CLibdeflate

/// Deflate by libdeflate, for results of known size. `InflateStream` reads those whose size is not known.
package enum Inflate {
    /// What lies around deflated data.
    package enum Container: Sendable { case none, zlib, gzip }

    static func decompress(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer, container: Container
    ) throws(CodecFailure) {
        guard let decompressor = libdeflate_alloc_decompressor() else { throw CodecFailure("no memory for a decompressor") }
        defer { libdeflate_free_decompressor(decompressor) }
        let run =
            switch container {
            case .none: libdeflate_deflate_decompress_ex
            case .zlib: libdeflate_zlib_decompress_ex
            case .gzip: libdeflate_gzip_decompress_ex
            }
        // libdeflate wants addresses even of empty buffers.
        var nothing: UInt8 = 0
        try withUnsafeMutablePointer(to: &nothing) { (nothing) throws(CodecFailure) in
            let input = source.baseAddress ?? UnsafeRawPointer(nothing)
            let output = destination.baseAddress ?? UnsafeMutableRawPointer(nothing)
            var consumed = 0
            var produced = 0
            repeat {
                var memberInput = 0
                var memberOutput = 0
                let result = run(
                    decompressor, input + consumed, source.count - consumed, output + produced, destination.count - produced, &memberInput,
                    &memberOutput)
                switch result {
                case LIBDEFLATE_SUCCESS: break
                case LIBDEFLATE_INSUFFICIENT_SPACE: throw CodecFailure("more than \(destination.count) bytes")
                default: throw CodecFailure("broken data behind byte \(consumed)")
                }
                consumed += memberInput
                produced += memberOutput
            } while container == .gzip && consumed < source.count
            guard consumed == source.count else { throw CodecFailure("\(source.count - consumed) bytes behind the end of the data") }
            guard produced == destination.count else { throw CodecFailure(count: produced) }
        }
    }

    /// Deflates into the zlib container.
    package static func compressZlib(_ source: [UInt8], level: Int = 6) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(Int32(level)) else { return [] }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_zlib_compress_bound(compressor, source.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { destination, count in
            count = libdeflate_zlib_compress(compressor, source, source.count, destination.baseAddress, bound)
        }
    }
}

/// The CRC-32 of zlib, gzip, ZIP and Parquet.
///
/// - Parameter previous: the checksum of the bytes in front.
package func crc32(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
    // The library takes a missing address for the start of a new checksum.
    bytes.isEmpty ? previous : libdeflate_crc32(previous, bytes.baseAddress, bytes.count)
}
