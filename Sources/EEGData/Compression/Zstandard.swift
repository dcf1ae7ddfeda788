internal import CZstd

enum Zstandard {
    static func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        let count = ZSTD_decompress(destination.baseAddress, destination.count, source.baseAddress, source.count)
        guard ZSTD_isError(count) == 0 else { throw CodecFailure(String(cString: ZSTD_getErrorName(count))) }
        guard count == destination.count else { throw CodecFailure(count: count) }
    }
}
