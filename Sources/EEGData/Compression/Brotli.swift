internal import CBrotli

enum Brotli {
    static func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        var count = destination.count
        let input = source.assumingMemoryBound(to: UInt8.self).baseAddress
        let output = destination.assumingMemoryBound(to: UInt8.self).baseAddress
        guard BrotliDecoderDecompress(source.count, input, &count, output) == BROTLI_DECODER_RESULT_SUCCESS else {
            throw CodecFailure("broken data, or more than \(destination.count) bytes")
        }
        guard count == destination.count else { throw CodecFailure(count: count) }
    }
}
