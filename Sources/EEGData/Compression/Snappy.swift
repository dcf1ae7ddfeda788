internal import CSnappy

/// The raw Snappy block, which begins with its decompressed size.
package enum Snappy {
    static func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        let input = source.assumingMemoryBound(to: CChar.self).baseAddress
        var count = 0
        guard snappy_uncompressed_length(input, source.count, &count) == SNAPPY_OK else { throw CodecFailure("a broken size in front") }
        guard count == destination.count else { throw CodecFailure(count: count) }
        // The library wants an address even for nothing.
        var nothing: CChar = 0
        let output = destination.assumingMemoryBound(to: CChar.self).baseAddress
        let status = output.map { snappy_uncompress(input, source.count, $0, &count) } ?? snappy_uncompress(input, source.count, &nothing, &count)
        guard status == SNAPPY_OK else { throw CodecFailure("broken data") }
    }

    package static func compress(_ source: UnsafeRawBufferPointer) -> [UInt8] {
        var count = snappy_max_compressed_length(source.count)
        return [UInt8](unsafeUninitializedCapacity: count) { destination, written in
            let output = UnsafeMutableRawPointer(destination.baseAddress)?.assumingMemoryBound(to: CChar.self)
            let input = source.assumingMemoryBound(to: CChar.self).baseAddress
            guard snappy_compress(input, source.count, output, &count) == SNAPPY_OK else { return }
            written = count
        }
    }
}
