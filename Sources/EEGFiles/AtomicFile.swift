#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file that is written beside its final place and put there in one step: readers see the old file or the complete new one, even if the
/// program is killed while it writes.
package struct AtomicFile: ~Copyable {
    private let path: String
    /// Where the file lies until it is finished, for libraries that write to a path.
    package let temporaryPath: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var isPlaced = false
    private static let flushSize = 1 << 20

    package init(path: String) throws(EEGDataError) {
        self.path = path
        var attempt = 0
        while true {
            let candidate = "\(path).\(getpid())-\(attempt).tmp"
            let descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if descriptor >= 0 {
                temporaryPath = candidate
                self.descriptor = descriptor
                return
            }
            attempt += 1
            guard errno == EEXIST, attempt < 1000 else {
                throw .fileSystem(file: path, operation: "creating", reason: lastSystemError())
            }
        }
    }

    /// Adds bytes at the end.
    package mutating func write(_ bytes: some Sequence<UInt8>) throws(EEGDataError) {
        pending.append(contentsOf: bytes)
        if pending.count >= Self.flushSize { try flush() }
    }

    /// Makes the file durable and moves it to its place.
    package consuming func commit() throws(EEGDataError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("writing to the disk") }
        guard rename(temporaryPath, path) == 0 else { throw failure("renaming the finished file") }
        isPlaced = true
        // The rename is durable once the folder is; where a folder cannot be opened for that, the file is still whole.
        let folderDescriptor = open(Self.split(path).folder, O_RDONLY | O_CLOEXEC)
        if folderDescriptor >= 0 {
            fsync(folderDescriptor)
            close(folderDescriptor)
        }
    }

    /// Removes what writers of this file left beside it when they were killed.
    package static func removeAbandoned(besides path: String) {
        let (folder, name) = split(path)
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard found.hasPrefix("\(name)."), found.hasSuffix(".tmp") else { continue }
            let numbers = found.dropFirst(name.count + 1).dropLast(4).split(separator: "-")
            guard numbers.count == 2, let process = pid_t(numbers[0]), kill(process, 0) != 0, errno == ESRCH else { continue }
            unlink("\(folder)/\(found)")
        }
    }

    /// The folder and the name of a file.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private mutating func flush() throws(EEGDataError) {
        var done = 0
        while done < pending.count {
            let count = pending.withUnsafeBytes { Platform.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("writing")
            }
            done += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func failure(_ operation: String) -> EEGDataError {
        .fileSystem(file: path, operation: operation, reason: lastSystemError())
    }

    deinit {
        close(descriptor)
        // After a successful commit the name may already be that of another writer's file.
        if !isPlaced { unlink(temporaryPath) }
    }
}

/// Removes a file, if there is one.
package func removeFile(_ path: String) { unlink(path) }

/// The system's `write`, which the method of that name hides.
private enum Platform {
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }
}
