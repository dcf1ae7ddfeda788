import EEGData
import Foundation
import Testing

/// Leaves files for other readers in the folder that `EEG_INTEROP_DIR` names; `Benchmarks/interop/edf.py` compares what these read.
@Suite struct EDFInteropTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"] != nil))
    func leavesFilesForOtherReaders() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"] ?? "")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func path(_ name: String) -> String { folder.appending(path: name).path }
        let recording = try EDFRoundTripTests.mixedRecording()
        try recording.writeEDF(to: path("mixed.edf"))
        try recording.writeBDF(to: path("mixed.bdf"))
        let gaps = try TemporaryFolder()
        let gapped = try Recording(contentsOf: EDFSegmentTests.gapped(in: gaps))
        try gapped.writeEDF(to: path("gapped.edf"))
        try gapped.writeBDF(to: path("gapped.bdf"))
        for name in ["mixed.edf", "mixed.bdf", "gapped.edf", "gapped.bdf"] {
            let written = try Recording(contentsOf: path(name))
            let indices = Array(written.channels.indices)
            var samples: [[Int32]] = indices.map { _ in [] }
            for segment in written.segments {
                for (index, values) in try written.digitalSamples(of: indices, in: segment).enumerated() { samples[index] += values }
            }
            let facts: [String: Any] = [
                "labels": written.channels.map(\.label), "digital": samples.map { $0.map(Int.init) },
                "annotations": written.annotations.map { [$0.onset, $0.duration ?? -1, $0.text] as [Any] },
            ]
            try JSONSerialization.data(withJSONObject: facts).write(to: folder.appending(path: name + ".json"))
        }
    }
}
