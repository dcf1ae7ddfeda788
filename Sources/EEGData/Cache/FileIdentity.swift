internal import Foundation

/// What tells that a file is still the one that was opened.
struct FileIdentity: Sendable, Hashable {
    let text: String

    init(_ file: RandomAccessFile) {
        text = "\(URL(fileURLWithPath: file.path).standardizedFileURL.path) \(file.identity)"
    }
}
