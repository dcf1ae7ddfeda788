internal import CZlib

/// Deflated data read from front to back, for results whose size is not known beforehand. Input is read from the file as it is needed.
package final class InflateStream {
    private let stream: UnsafeMutablePointer<z_stream>
    private let isGzip: Bool
    private let place: FilePlace
    private let file: RandomAccessFile?
    /// The part of the file that was not read yet.
    private var unread: Range<Int>
    private let buffer: UnsafeMutableRawBufferPointer
    private var isAtEnd = false
    private static let bufferSize = 1 << 17

    /// - Parameter range: the bytes of the file that hold the compressed data.
    convenience init(_ file: RandomAccessFile, range: Range<Int>, container: Inflate.Container, at place: FilePlace) throws(EEGDataError) {
        guard range.lowerBound >= 0, range.upperBound <= file.size else {
            throw place.malformed(expected: "\(range.count) bytes", found: "\(max(0, file.size - range.lowerBound)) before the end of the file")
        }
        try self.init(file: file, unread: range, bufferSize: min(Self.bufferSize, range.count), container: container, at: place)
    }

    package convenience init(_ bytes: ArraySlice<UInt8>, container: Inflate.Container, at place: FilePlace) throws(EEGDataError) {
        try self.init(file: nil, unread: 0..<0, bufferSize: bytes.count, container: container, at: place)
        buffer.copyBytes(from: bytes)
        stream.pointee.avail_in = UInt32(bytes.count)
    }

    private init(
        file: RandomAccessFile?, unread: Range<Int>, bufferSize: Int, container: Inflate.Container, at place: FilePlace
    ) throws(EEGDataError) {
        guard bufferSize <= Int(UInt32.max) else { throw place.unsupported("\(bufferSize) compressed bytes in one piece") }
        self.file = file
        self.unread = unread
        self.place = place
        isGzip = container == .gzip
        buffer = .allocate(byteCount: max(1, bufferSize), alignment: 64)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        stream.pointee.next_in = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let windowBits: Int32 =
            switch container {
            case .none: -15
            case .zlib: 15
            case .gzip: 31
            }
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw place.unsupported("zlib could not be set up")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Fills `destination` with the next bytes; returns how many there were, fewer only at the end of the data.
    package func read(into destination: UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Int {
        var produced = 0
        while produced < destination.count, !isAtEnd {
            try refill()
            let space = min(destination.count - produced, Int(UInt32.max))
            stream.pointee.next_out = destination.baseAddress.map { ($0 + produced).assumingMemoryBound(to: UInt8.self) }
            stream.pointee.avail_out = UInt32(space)
            let result = inflate(stream, Z_NO_FLUSH)
            produced += space - Int(stream.pointee.avail_out)
            switch result {
            case Z_OK: break
            case Z_STREAM_END: try startNextMember()
            case Z_BUF_ERROR: throw place.malformed(expected: "deflated data up to their end mark", found: "the end of the bytes")
            default: throw place.malformed(expected: "deflated data", found: stream.pointee.msg.map { String(cString: $0) } ?? "broken data")
            }
        }
        return produced
    }

    /// All bytes that are left.
    package func readToEnd(limits: ReadLimits) throws(EEGDataError) -> [UInt8] {
        var result: [UInt8] = []
        var step = max(4096, 4 * (Int(stream.pointee.avail_in) + unread.count))
        while !isAtEnd {
            // One byte beyond the limit tells data that end there from data that go on.
            let (size, isTooLarge) = result.count.addingReportingOverflow(min(step, 1 << 30))
            let end = isTooLarge ? limits.decodedBytes : min(size, limits.decodedBytes)
            if result.count == end {
                var extra: UInt8 = 0
                var failure: EEGDataError?
                withUnsafeMutableBytes(of: &extra) { buffer in
                    do throws(EEGDataError) {
                        if try read(into: buffer) > 0 {
                            failure = place.unsupported("more than \(limits.decodedBytes) decoded bytes, the limit")
                        }
                    } catch { failure = error }
                }
                if let failure { throw failure }
                continue
            }
            let start = result.count
            var failure: EEGDataError?
            let part = [UInt8](unsafeUninitializedCapacity: end - start) { space, count in
                do throws(EEGDataError) {
                    count = try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(space)[..<(end - start)]))
                } catch { failure = error }
            }
            if let failure { throw failure }
            if result.isEmpty { result = part } else { result += part }
            step = result.count
        }
        return result
    }

    private func refill() throws(EEGDataError) {
        guard stream.pointee.avail_in == 0, let file, !unread.isEmpty else { return }
        let count = min(unread.count, buffer.count)
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: unread.lowerBound)
        unread = (unread.lowerBound + count)..<unread.upperBound
        stream.pointee.next_in = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    /// Several gzip members in a row are one stream; anything else behind the data ends it, as gzip does with padding.
    private func startNextMember() throws(EEGDataError) {
        try refill()
        guard isGzip, stream.pointee.avail_in > 0, stream.pointee.next_in?.pointee == 0x1F else {
            isAtEnd = true
            return
        }
        inflateReset(stream)
    }
}
