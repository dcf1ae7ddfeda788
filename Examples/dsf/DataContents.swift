import EEGData
import Foundation

/// Which recordings a network was trained, validated and tested with: no network may go on with others, or be tested on some that it knows. It is
/// kept beside each network.
struct DataContents: Codable, Equatable {
    struct Night: Codable, Hashable {
        /// Of the file.
        let name: String
        /// For each stage the number of windows.
        let windows: [Int]
    }

    let isSimulated: Bool
    let training: [Night]
    let validation: [Night]
    let test: [Night]

    /// - Throws: where the network of these files was trained with other data.
    func check(against files: CellFiles) throws {
        guard let earlier = decoded(DataContents.self, from: files.data) else { throw RunError("\(files.data) cannot be read") }
        guard earlier != self else { return }
        let (old, new) = (Set(earlier.nights), Set(nights))
        let difference = new.symmetricDifference(old).map(\.name).min().map { "such as \($0)" } ?? "the parts that they belong to"
        throw RunError(
            "\(files.folder) was trained with other data: there were \(old.count) recordings, now there are \(new.count); "
                + "what differs: \(difference)")
    }

    private var nights: [Night] { training + validation + test }
}

extension StagingData {
    var contents: DataContents {
        func nights(_ part: WindowSet?) -> [DataContents.Night] {
            guard let part else { return [] }
            var counts = part.recordings.map { _ in [Int](repeating: 0, count: Self.classes.count) }
            for window in part.windows { counts[window.recording][window.label] += 1 }
            return zip(part.recordings, counts).map { recording, counts in
                DataContents.Night(name: recording.path.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "", windows: counts)
            }
        }
        return DataContents(
            isSimulated: isSimulated, training: nights(training), validation: nights(validation), test: nights(test))
    }
}
