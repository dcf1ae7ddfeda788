import EEGData
import EEGTensor
import Foundation

/// Reading Parquet: 20 columns of 1,000,000 numbers, compressed by Snappy, to one array of Float.
let parquetWorkloads: [Workload] = {
    let path = FileManager.default.temporaryDirectory.appending(path: "eeg-bench-columns.parquet").path
    let values = Double(columnCount * rowCount)
    return [
        Workload(
            group: "Files", name: "Parquet of 20 columns, 1,000,000 rows of Float, Snappy",
            implementations: [
                .init(label: "Float") {
                    make(path)
                    let sum = readAll(path).floats.reduce(0.0) { $0 + abs(Double($1)) }
                    return .init(run: { _ = readAll(path) }, checksum: sum)
                }
            ],
            peers: ["pyarrow", "polars"].map {
                PeerTask(library: $0, script: "files", modes: [""], request: .init(task: "\($0):\(path)"))
            },
            floatingPointOperations: values, bytes: 8 * values)
    ]
}()

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
