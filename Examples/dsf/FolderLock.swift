import Foundation

/// Calls `body` while no other process works in a folder, which is made where it is missing. However a process ends, its lock ends with it.
func alone<Result>(in folder: String, _ body: () throws -> Result) throws -> Result {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno == EWOULDBLOCK ? "another process works there" : String(cString: strerror(errno))
        throw RunError("\(folder) cannot be used: \(reason)")
    }
    return try body()
}
