import EEGData
import Foundation
import Testing

/// HDF5 files of other software, against what h5py found in them.
@Suite struct HDF5RealFileTests {
    struct Facts: Decodable, Sendable {
        struct Object: Decodable, Sendable {
            let kind: String
            let shape: [Int]?
            let chunks: [Int]?
            let filters: [String]?
            let first5COrder: [Double]?
            let first3: [String]?
            let min: Double?
            let max: Double?
            let sum: Double?
            let readErrorH5Py: String?
        }
        let objects: [String: Object]?
        let hdf5: [String: Object]?
    }

    @Test(
        arguments: RealData.entries(in: "hdf5", as: Facts.self)
            + RealData.entries(in: "wfdb", as: Facts.self).filter { $0.file.hasSuffix("-arousal.mat") })
    func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        if entry.expect == "reject" {
            #expect(throws: EEGDataError.self) { try HDF5File(contentsOf: entry.path).objects() }
            return
        }
        let facts = try #require(entry.facts)
        let expected = try #require(facts.objects ?? facts.hdf5)
        guard entry.expect == "ok" || !expected.isEmpty else {
            // A damaged file: whatever can be read may be.
            #expect(throws: EEGDataError.self) { try HDF5File(contentsOf: entry.path).objects() }
            return
        }
        let file = try HDF5File(contentsOf: entry.path)
        for (path, object) in expected where object.kind == "dataset" {
            let dataset = try file.dataset(path)
            #expect(dataset.shape == object.shape)
            #expect(dataset.chunkShape == object.chunks)
            if object.readErrorH5Py != nil {
                #expect(throws: EEGDataError.self) { try dataset.array() }
                continue
            }
            if entry.expect == "either", !dataset.filters.allSatisfy({ ["gzip", "shuffle", "fletcher32"].contains($0) }) {
                #expect(throws: EEGDataError.self) { try dataset.array() }
                continue
            }
            #expect(Set(object.filters ?? []).isSubset(of: dataset.filters))
            if let texts = object.first3 {
                if dataset.elementType == .objectReference {
                    #expect(throws: EEGDataError.self) { try dataset.strings() }
                } else {
                    #expect(try Array(dataset.strings().prefix(3)) == texts)
                }
                continue
            }
            let values = try dataset.array().doubles
            let largest = values.map(abs).max() ?? 0
            func isNear(_ found: Double?, _ wanted: Double?, scale: Double) -> Bool {
                guard let found, let wanted else { return wanted == nil }
                return abs(found - wanted) <= 1e-8 * (abs(wanted) + scale)
            }
            #expect(zip(values, object.first5COrder ?? []).allSatisfy { isNear($0, $1, scale: largest) })
            #expect(isNear(values.min(), object.min, scale: largest) && isNear(values.max(), object.max, scale: largest))
            #expect(isNear(values.reduce(0, +), object.sum, scale: largest))
            if dataset.shape.first ?? 0 > 3 {
                let ranges = [1..<3] + dataset.shape.dropFirst().map { 0..<$0 }
                let row = dataset.shape.dropFirst().reduce(1, *)
                let part = try dataset.doubles(in: ranges)
                #expect(part == Array(values[row..<(3 * row)]))
            }
        }
    }
}
