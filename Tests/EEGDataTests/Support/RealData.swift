import Foundation
import Testing

/// Recordings of other people's software and hardware, with the facts that a reader must find in them. They lie in the folder that
/// `EEG_DATA_DIR` names, by default beside the checkout, and are never part of it.
enum RealData {
    static let folder: URL? = {
        let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let path = ProcessInfo.processInfo.environment["EEG_DATA_DIR"].map { URL(fileURLWithPath: $0, relativeTo: packageRoot) }
        let folder = (path ?? packageRoot.appending(path: "../shared/data")).standardizedFileURL
        guard FileManager.default.fileExists(atPath: folder.appending(path: "expected.json").path) else {
            print("Skipped: no recordings in \(folder.path); EEG_DATA_DIR names the folder that holds them and expected.json.")
            return nil
        }
        return folder
    }()

    struct Entry<Facts: Decodable & Sendable>: Sendable, CustomTestStringConvertible {
        /// The path within the folder.
        let file: String
        let path: String
        /// `ok`, `reject`, `either` …: what a reader must do.
        let expect: String
        let facts: Facts?
        var testDescription: String { file }
    }

    /// What `expected.json` says of an EDF file: facts of channels are lists, the k-th item for channel k.
    struct EDFFacts: Decodable, Sendable {
        struct Channels: Decodable, Sendable {
            struct Digital: Decodable, Sendable {
                let n: [Int]
                let first5: [[Int]]
                let last3: [[Int]]
                let sum: [Int]
                let min: [Int]
                let max: [Int]
            }
            struct Physical: Decodable, Sendable {
                let first5: [[Double]]
                let mean: [Double]
                let std: [Double]
                let min: [Double]
                let max: [Double]
            }
            let label: [String]
            let unit: [String]
            let fs: [Double]
            let physMin: [Double]
            let physMax: [Double]
            let digMin: [Int]
            let digMax: [Int]
            let digital: Digital
            let physical: Physical
        }
        struct RecordOnsets: Decodable, Sendable {
            let first3: [Double]
            let gaps: [[Double]]
        }
        struct Annotations: Decodable, Sendable {
            struct Item: Decodable, Sendable {
                let onset: Double
                let duration: Double?
                let text: String

                init(from decoder: any Decoder) throws {
                    var values = try decoder.unkeyedContainer()
                    onset = try values.decode(Double.self)
                    duration = try values.decodeIfPresent(Double.self)
                    text = try values.decode(String.self)
                }
            }
            let count: Int
            let first5: [Item]
            let last: Item?
        }
        let format: String
        let start: String
        let channels: Channels
        let annotations: Annotations
        let recordOnsets: RecordOnsets?
    }

    /// The entries of `expected.json` whose file lies in `subfolder` (all, where that is empty), with their facts as far as these are of the type asked for. Keys in
    /// snake case become camel case.
    static func entries<Facts>(in subfolder: String, as type: Facts.Type = Facts.self) -> [Entry<Facts>] {
        guard let folder else { return [] }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let expected = try decoder.decode(Expected<Facts>.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
            return expected.files.filter { subfolder.isEmpty || $0.key.hasPrefix(subfolder + "/") }.sorted { $0.key < $1.key }.map {
                Entry(file: $0.key, path: folder.appending(path: $0.key).path, expect: $0.value.expect, facts: $0.value.facts)
            }
        } catch {
            Issue.record("expected.json in \(folder.path) could not be read: \(error)")
            return []
        }
    }

    private struct Expected<Facts: Decodable>: Decodable {
        struct File: Decodable {
            let expect: String
            let facts: Facts?

            enum Keys: String, CodingKey {
                case expect, facts
            }
            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: Keys.self)
                expect = try values.decode(String.self, forKey: .expect)
                // Files that cannot be read have none, or other facts.
                facts = try? values.decode(Facts.self, forKey: .facts)
            }
        }
        let files: [String: File]
    }
}
