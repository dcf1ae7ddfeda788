import EEGData
import EEGTensor
import Foundation

/// Reading recordings: 32 channels, one hour at 256 Hz, to physical values of all channels; opening a file with annotations in its records; ten
/// seconds of one channel of a file of a gigabyte.
let fileWorkloads: [Workload] = [
    wholeFile("EDF", suffix: "edf", bytesPerSample: 2) { recording, path throws(EEGDataError) in try recording.writeEDF(to: path) },
    wholeFile("BDF", suffix: "bdf", bytesPerSample: 3) { recording, path throws(EEGDataError) in try recording.writeBDF(to: path) },
    openingWithAnnotations, tenSeconds,
]

private let group = "Files"
private let channelCount = 32
private let samplingRate = 256.0

private func wholeFile(
    _ format: String, suffix: String, bytesPerSample: Double,
    write: @escaping @Sendable (Recording, String) throws(EEGDataError) -> Void
) -> Workload {
    let path = file("hour.\(suffix)")
    let samples = Double(channelCount) * samplingRate * 3600
    return Workload(
        group: group, name: "\(format) of 32 channels, 1 h at 256 Hz, to physical values",
        implementations: [
            .init(label: "tensor") {
                make(path, hours: 1, write)
                return .init(run: { _ = readTensor(path) }, checksum: checksum(readTensor(path)))
            },
            .init(label: "array a channel") { .init(run: { _ = readArrays(path) }) },
        ],
        peers: ["edfio", "pyEDFlib", "MNE"].map {
            PeerTask(library: $0, script: "files", modes: [""], request: .init(task: "\($0):\(path)"))
        },
        floatingPointOperations: 2 * samples, bytes: (4 + bytesPerSample) * samples)
}

private let openingWithAnnotations = {
    let path = file("hour.edf")
    return Workload(
        group: group, name: "opening an EDF+ file of 1 h with its annotations",
        implementations: [
            .init(label: "") {
                make(path, hours: 1) { recording, path throws(EEGDataError) in try recording.writeEDF(to: path) }
                return .init(run: { _ = readable { () throws(EEGDataError) in try Recording(contentsOf: path) } })
            }
        ],
        peers: ["edfio", "MNE"].map { PeerTask(library: $0, script: "files", modes: [""], request: .init(task: "open \($0):\(path)")) },
        floatingPointOperations: 0, bytes: 3600 * 4096)
}()

private let tenSeconds = {
    let path = file("seventeen-hours.edf")
    return Workload(
        group: group, name: "opening a plain EDF file of 1 GB, ten seconds of one channel",
        implementations: [
            .init(label: "Float") {
                make(path, hours: 17) { recording, path throws(EEGDataError) in try recording.writeEDF(to: path) }
                makePlain(path)
                return .init(run: {
                    _ = readable { () throws(EEGDataError) in try Recording(contentsOf: path).samples(of: 3, seconds: 30_000..<30_010) }
                })
            }
        ], peers: [], floatingPointOperations: 5120, bytes: 160_000)
}()

private func file(_ name: String) -> String { FileManager.default.temporaryDirectory.appending(path: "eeg-bench-\(name)").path }

private func readTensor(_ path: String) -> Tensor {
    readable { () throws(EEGDataError) in try Recording(contentsOf: path).signals() }
}

private func readArrays(_ path: String) -> [[Float]] {
    readable { () throws(EEGDataError) in
        let recording = try Recording(contentsOf: path)
        return try recording.samples(of: Array(recording.channels.indices))
    }
}

/// Writes a file of noise once; later runs find it.
private func make(_ path: String, hours: Int, _ write: (Recording, String) throws(EEGDataError) -> Void) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    let count = hours * 3600 * Int(samplingRate)
    let noise = benchmarkInput([count], operand: 1).scalars.map { $0 * 200 }
    let channels = (0..<channelCount).map {
        Channel(label: "EEG \($0)", samplingRate: samplingRate, sampleCount: count, digitization: Digitization(physical: (-200, 200)))
    }
    readable { () throws(EEGDataError) in try write(try Recording(channels: channels, samples: channels.map { _ in noise }), path) }
}

/// Makes a plain EDF file of EDF+: its annotations are a signal like the others then, and need not be read for the file to be opened.
private func makePlain(_ path: String) {
    guard let file = FileHandle(forUpdatingAtPath: path) else { return }
    for (offset, text) in [(192, "     "), (256 + 16 * channelCount, "Filler         ")] {
        try? file.seek(toOffset: UInt64(offset))
        file.write(Data(text.utf8))
    }
    try? file.close()
}

/// Files that this program wrote itself can be read.
private func readable<Value>(_ body: () throws(EEGDataError) -> Value) -> Value {
    do { return try body() } catch { fatalError("\(error)") }
}
