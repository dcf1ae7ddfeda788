#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A regular file open for reading at any offset, from several threads at once.
final class RandomAccessFile: Sendable {
    let path: String
    /// The size when the file was opened.
    let size: Int
    private let descriptor: Int32

    init(path: String) throws(EEGDataError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .fileSystem(file: path, operation: "opening", reason: lastSystemError()) }
        self.path = path
        var status = stat()
        let result = fstat(descriptor, &status)
        size = result == 0 ? Int(status.st_size) : 0
        let failure = result == 0 ? "it is not a regular file" : lastSystemError()
        // A pipe has no size to check lengths against, and opening a directory succeeds.
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .fileSystem(file: path, operation: "opening", reason: failure)
        }
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the bytes from `offset` on; fails if the file holds fewer.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(EEGDataError) {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .fileSystem(file: path, operation: "reading at byte \(offset + done)", reason: lastSystemError())
            }
            if count == 0 {
                throw .fileSystem(
                    file: path, operation: "reading at byte \(offset + done)",
                    reason: "the file ends there; it had \(size) bytes when it was opened")
            }
            done += count
        }
    }

    /// The `count` bytes from `offset` on.
    func bytes(at offset: Int, count: Int) throws(EEGDataError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: EEGDataError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(EEGDataError) { try read(into: buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// What the operating system says of the last failed call.
func lastSystemError() -> String { String(cString: strerror(errno)) }
