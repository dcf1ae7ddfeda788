internal import CLZ4

/// The block format of LZ4.
enum LZ4 {
    static func decompressBlock(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        guard let inputSize = Int32(exactly: source.count), let outputSize = Int32(exactly: destination.count) else {
            throw CodecFailure("sizes beyond 2 GiB")
        }
        let input = source.assumingMemoryBound(to: CChar.self).baseAddress
        let output = destination.assumingMemoryBound(to: CChar.self).baseAddress
        // A block of nothing is one zero byte; the library wants an address for its output even then.
        var nothing: CChar = 0
        let count = output.map { LZ4_decompress_safe(input, $0, inputSize, outputSize) } ?? LZ4_decompress_safe(input, &nothing, inputSize, 0)
        guard count >= 0 else { throw CodecFailure("broken data") }
        guard count == outputSize else { throw CodecFailure(count: Int(count)) }
    }

    /// Blocks behind their sizes, big-endian; where these sizes do not fit, all of it is tried as one block, which some writers make.
    static func decompressHadoop(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        guard let blocks = hadoopBlocks(of: source, decompressedSize: destination.count) else {
            return try decompressBlock(source, into: destination)
        }
        for (input, output) in blocks {
            try decompressBlock(
                UnsafeRawBufferPointer(rebasing: source[input]), into: UnsafeMutableRawBufferPointer(rebasing: destination[output]))
        }
    }

    /// The places of the blocks in input and output, or nil where their sizes do not add up.
    private static func hadoopBlocks(of source: UnsafeRawBufferPointer, decompressedSize: Int) -> [(Range<Int>, Range<Int>)]? {
        var blocks: [(Range<Int>, Range<Int>)] = []
        var consumed = 0
        var produced = 0
        while consumed < source.count {
            guard source.count - consumed >= 8 else { return nil }
            let outputSize = Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: consumed, as: UInt32.self)))
            let inputSize = Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: consumed + 4, as: UInt32.self)))
            consumed += 8
            guard inputSize <= source.count - consumed, outputSize <= decompressedSize - produced else { return nil }
            blocks.append((consumed..<(consumed + inputSize), produced..<(produced + outputSize)))
            consumed += inputSize
            produced += outputSize
        }
        return produced == decompressedSize ? blocks : nil
    }
}
