import EEGData
import EEGTensor
import Foundation

/// Reading HDF5: a dataset of 64 x 600,000 Float in one piece, and one compressed by gzip, to a new array; the first also into memory in use.
let hdf5Workloads: [Workload] = [
    Workload(
        group: group, name: "HDF5 of 64 x 600,000 Float in one piece, to a new array",
        implementations: [.init(label: "") { newArray(plain) }], peers: [peer("h5py", plain)],
        floatingPointOperations: 0, bytes: 8 * values),
    Workload(
        group: group, name: "HDF5 of 64 x 600,000 Float in one piece, into memory in use",
        implementations: [.init(label: "") { memoryInUse(plain) }], peers: [peer("h5py into", plain)],
        floatingPointOperations: 0, bytes: 8 * values),
    Workload(
        group: group, name: "HDF5 of 64 x 600,000 Float in chunks, gzip, to a new array",
        implementations: [.init(label: "") { newArray(compressed) }], peers: [peer("h5py", compressed)],
        floatingPointOperations: 0, bytes: 8 * values),
]

private let group = "Files"
private let shape = [64, 600_000]
private let values = Double(shape[0] * shape[1])
private let plain = FileManager.default.temporaryDirectory.appending(path: "eeg-bench-plain.h5").path
private let compressed = FileManager.default.temporaryDirectory.appending(path: "eeg-bench-gzip.h5").path
private let dataset = "signals"

private func peer(_ library: String, _ path: String) -> PeerTask {
    PeerTask(library: library, script: "files", modes: [""], request: .init(task: "\(library):\(path)"))
}

private func newArray(_ path: String) -> Workload.Prepared {
    make(path)
    let sum = floats(path).reduce(0.0) { $0 + abs(Double($1)) }
    return .init(run: { _ = floats(path) }, checksum: sum)
}

private func memoryInUse(_ path: String) -> Workload.Prepared {
    make(path)
    let memory = Memory(count: shape[0] * shape[1])
    return .init(run: {
        readable { () throws(EEGDataError) in try HDF5File(contentsOf: path).dataset(dataset).read(into: memory.buffer) }
    })
}

/// Memory that is freed with the last closure that uses it.
private final class Memory {
    let buffer: UnsafeMutableBufferPointer<Float>

    init(count: Int) {
        buffer = .allocate(capacity: count)
        buffer.initialize(repeating: 0)
    }

    deinit { buffer.deallocate() }
}

private func floats(_ path: String) -> [Float] {
    readable { () throws(EEGDataError) in try HDF5File(contentsOf: path).dataset(dataset).floats() }
}

/// Writes a file of noise in steps of 0.1 once; later runs find it.
private func make(_ path: String) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    let noise = benchmarkInput([shape[0] * shape[1]], operand: 1).scalars.map { ($0 * 400).rounded() / 10 }
    readable { () throws(EEGDataError) in
        let writer = try HDF5Writer(path: path)
        try writer.write(NumericArray(shape: shape, values: .float(noise)), to: dataset, compression: path == compressed ? 4 : nil)
        try writer.finish()
    }
}

/// Files that this program wrote itself can be read.
private func readable<Value>(_ body: () throws(EEGDataError) -> Value) -> Value {
    do { return try body() } catch { fatalError("\(error)") }
}
