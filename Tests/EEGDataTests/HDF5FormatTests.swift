import EEGData
import Foundation
import Testing

/// Files that h5py wrote with old and new structures (`Scripts/make-fixtures/hdf5.py`).
@Suite struct HDF5FormatTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz/hdf5")

    @Test(arguments: ["old", "new"]) func readsOneOfEach(version: String) throws {
        let file = try HDF5File(contentsOf: Self.folder.appending(path: "\(version).h5").path)
        #expect(try file.root.attribute("format")?.string == "fixture")
        #expect(try file.root.attribute("version")?.integer == 1)
        #expect(try file.root.attribute("rates")?.array().doubles == [0, 1, 2, 3])
        #expect(try file.dataset("/names/variable").strings() == ["a", "bb", "ccc", "Öre"])
        #expect(try file.dataset("/names/fixed").strings() == ["a", "bb"])
        #expect(try file.dataset("alias").strings() == ["a", "bb"])
        #expect(try file.dataset("numbers").array() == NumericArray(shape: [2, 3], values: .int16([0, 1, 2, 3, 4, 5])))
        #expect(try file.dataset("half").floats().prefix(3) == [0.5, -2, 65504])
        #expect(try file.dataset("truth").array().values == .bool([true, false]))
        #expect(try file.dataset("checked").integers() == [0, 1, 2, 3, 4])
        let whole: [Float] = (0..<200).map(Float.init)
        for name in ["signals", "growing", "one"] {
            let dataset = try file.dataset(name)
            #expect(dataset.shape == [4, 50])
            #expect(try dataset.floats() == whole)
            #expect(try dataset.doubles(in: [1..<3, 14..<18]) == [64, 65, 66, 67, 114, 115, 116, 117])
            #expect(try dataset.floats(in: [2..<2, 0..<50]).isEmpty)
        }
        #expect(try file.dataset("signals").filters == ["shuffle", "gzip"])
        var sparse = [Int](repeating: 7, count: 100)
        sparse[55] = 1
        #expect(try file.dataset("sparse").integers() == sparse)
        let many = try file.group("many")
        #expect(try many.names.count == 12 && many.attributes.count == 12)
        #expect(try many.dataset("007").doubles() == [7])
        #expect(many.attribute("attribute 11")?.integer == 11)
    }

    @Test func readsPagedIndices() throws {
        let file = try HDF5File(contentsOf: Self.folder.appending(path: "paged.h5").path)
        #expect(try file.dataset("fixed").integers() == (0..<1100).map { Int(Int8(truncatingIfNeeded: $0)) })
        #expect(try file.dataset("extensible").integers() == Array(0..<2100))
        #expect(try file.dataset("extensible").integers(in: [2000..<2003]) == [2000, 2001, 2002])
    }

    @Test(arguments: ["old", "new"]) func refusesByName(version: String) throws {
        let file = try HDF5File(contentsOf: Self.folder.appending(path: "\(version).h5").path)
        #expect("\(try #require(#expect(throws: EEGDataError.self) { try file.dataset("elsewhere") }))".contains("another file"))
        #expect("\(try #require(#expect(throws: EEGDataError.self) { try file.dataset("compound").array() }))".contains("compound"))
        #expect("\(try #require(#expect(throws: EEGDataError.self) { try file.dataset("/names/none") }))".contains("/names/none"))
        #expect(throws: EEGDataError.self) { try file.dataset("numbers").array(in: [0..<3, 0..<1]) }
        let limited = try HDF5File(contentsOf: file.path, limits: ReadLimits(decodedBytes: 100))
        #expect(throws: EEGDataError.self) { try limited.dataset("signals").floats() }
    }
}
