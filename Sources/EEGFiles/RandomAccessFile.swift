#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A regular file open for reading at any offset, from several threads at once.
package final class RandomAccessFile: Sendable {
    package let path: String
    /// The size when the file was opened.
    package let size: Int
    private let descriptor: Int32
    private let inode: UInt64
    private let modified: timespec

    package init(path: String) throws(EEGDataError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .fileSystem(file: path, operation: "opening", reason: lastSystemError()) }
        self.path = path
        var status = stat()
        let result = fstat(descriptor, &status)
        size = result == 0 ? Int(status.st_size) : 0
        inode = UInt64(status.st_ino)
        modified = status.modificationTime
        let failure = result == 0 ? "it is not a regular file" : lastSystemError()
        // A pipe has no size to check lengths against, and opening a directory succeeds.
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .fileSystem(file: path, operation: "opening", reason: failure)
        }
    }

    deinit { close(descriptor) }

    /// Its number in the file system, its size and the time of its last change, as they were when it was opened: a file that is changed, or put
    /// in its place, has others.
    package var identity: String { "\(inode) \(size) \(modified.tv_sec).\(modified.tv_nsec)" }

    /// The last part of the path.
    package var name: String { String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]) }

    /// The path of another file in the same folder. Of what `name` says, only the last part counts: a name from a file must not lead out of
    /// the folder.
    package func sibling(_ name: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        return folder + (last == ".." || last == "." ? "" : last)
    }

    /// Fills `buffer` with the bytes from `offset` on; fails if the file holds fewer, or has been written to since it was opened.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(EEGDataError) {
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
        try checkUnchanged()
    }

    /// Readers check lengths once, when they open a file: what they read later must be the same file still.
    private func checkUnchanged() throws(EEGDataError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .fileSystem(file: path, operation: "reading", reason: lastSystemError()) }
        let now = status.modificationTime
        guard Int(status.st_size) == size, now.tv_sec == modified.tv_sec, now.tv_nsec == modified.tv_nsec else {
            throw .fileSystem(file: path, operation: "reading", reason: "the file was changed while it was open")
        }
    }

    /// The `count` bytes from `offset` on.
    package func bytes(at offset: Int, count: Int) throws(EEGDataError) -> [UInt8] {
        // The count may come from a file: check it before memory is taken.
        guard offset >= 0, count >= 0, count <= size - offset else {
            throw .fileSystem(
                file: path, operation: "reading \(count) bytes at byte \(offset)", reason: "the file has \(size) bytes")
        }
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
package func lastSystemError() -> String { String(cString: strerror(errno)) }

extension stat {
    fileprivate var modificationTime: timespec {
        #if canImport(Glibc)
            st_mtim
        #else
            st_mtimespec
        #endif
    }
}
