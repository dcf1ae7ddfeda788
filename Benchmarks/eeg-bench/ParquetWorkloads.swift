import EEGData
import EEGTensor
import Foundation

/// Reading Parquet: 20 columns of 1,000,000 numbers, compressed by Snappy, to one array of Float; once as they are, once as indices into
/// dictionaries, which our own writer does not make: that file is there after `make_files.py` has run.
let parquetWorkloads: [Workload] = {
    let plain = workload("Float", file("columns")) {
        make(file("columns"))
    }
    guard FileManager.default.fileExists(atPath: file("dictionary")) else { return [plain] }
    return [plain, workload("Float in dictionaries", file("dictionary")) {}]
}()

private func workload(_ values: String, _ path: String, make: @escaping @Sendable () -> Void) -> Workload {
    let count = Double(columnCount * rowCount)
    return Workload(
        group: "Files", name: "Parquet of 20 columns, 1,000,000 rows of \(values), Snappy",
        implementations: [
            .init(label: "Float") {
                make()
                let sum = readAll(path).floats.reduce(0.0) { $0 + abs(Double($1)) }
                return .init(run: { _ = readAll(path) }, checksum: sum)
            }
        ],
        peers: ["pyarrow", "polars"].map {
            PeerTask(library: $0, script: "files", modes: [""], request: .init(task: "\($0):\(path)"))
        },
        floatingPointOperations: count, bytes: 8 * count)
}

private func file(_ name: String) -> String { FileManager.default.temporaryDirectory.appending(path: "eeg-bench-\(name).parquet").path }

private let columnCount = 20
private let rowCount = 1_000_000

private func readAll(_ path: String) -> NumericArray {
    do { return try ParquetFile(contentsOf: path).matrix() } catch { fatalError("\(error)") }
}

/// Writes a file of noise once; later runs find it.
private func make(_ path: String) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    let columns = (0..<columnCount).map { column in
        ParquetColumn(name: "EEG \(column)", benchmarkInput([rowCount], operand: column).scalars.map { $0 * 200 })
    }
    do { try ParquetTable(columns).write(to: path) } catch { fatalError("\(error)") }
}
