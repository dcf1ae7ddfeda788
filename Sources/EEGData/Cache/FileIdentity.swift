internal import Foundation

/// What tells that a file is still the one that it was: path, size and time of change, also of the files beside it that share its name up to
/// the suffix (a header and its signals).
struct FileIdentity: Sendable, Hashable {
    /// One line a file, sorted.
    let lines: [String]

    init(path: String) {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let folder = url.deletingLastPathComponent()
        let stem = url.deletingPathExtension().lastPathComponent
        let siblings = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [url.lastPathComponent]
        let names = siblings.filter {
            $0 == url.lastPathComponent || URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent == stem
        }
        lines = names.sorted().map { name in
            let path = folder.appendingPathComponent(name).path
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let modified = (attributes?[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate ?? 0
            return "\(path) \((attributes?[.size] as? NSNumber)?.intValue ?? -1) \(modified)"
        }
    }
}
