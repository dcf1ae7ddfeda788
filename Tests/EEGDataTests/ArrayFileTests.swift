import EEGData
import Foundation
import Testing

/// NPY, NPZ, safetensors and CSV files; the fixtures were written by NumPy, safetensors and Python.
@Suite struct ArrayFileTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz").path
    private static let arrays: [NumericArray] = [
        NumericArray(shape: [2, 3], values: .float([1, 2, 3, -4, .infinity, 0.5])), NumericArray(shape: [3], values: .double([1, 2, .pi])),
        NumericArray(shape: [], values: .int8([-5])), NumericArray(shape: [1, 2], values: .int16([-300, 300])),
        NumericArray(shape: [2], values: .int32([.min, .max])), NumericArray(shape: [2], values: .int64([.min, .max])),
        NumericArray(shape: [0, 4], values: .uint8([])), NumericArray(shape: [1], values: .uint16([65535])),
        NumericArray(shape: [1], values: .uint32([.max])), NumericArray(shape: [1], values: .uint64([.max])),
        NumericArray(shape: [2], values: .bool([true, false])),
    ]

    @Test func npyReadsBackWhatItWrites() throws {
        let folder = try TemporaryFolder()
        for array in Self.arrays {
            let path = folder.path("array.npy")
            try array.writeNPY(to: path)
            #expect(try NumericArray(npy: path) == array)
        }
    }

    @Test func npyOfNumPy() throws {
        let array = try NumericArray(npy: Self.fixtures + "/npy/float32.npy")
        #expect(array.shape == [3, 4, 25] && array.values.typeName == "float32")
        // Column-major and big-endian in the file.
        let columns = try NumericArray(npy: Self.fixtures + "/npy/fortran.npy")
        #expect(columns == NumericArray(shape: [5, 12], values: .int16(Array(0..<60))))
    }

    @Test func npyHeadersThatAreRefused() throws {
        let folder = try TemporaryFolder()
        for header in [
            "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "{'descr': '<f4', 'shape': (1,), }", "",
        ] {
            let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + [0, 0, 0, 0]
            let path = try folder.write(bytes)
            #expect(throws: EEGDataError.self, "\(header)") { try NumericArray(npy: path) }
        }
    }

    @Test func npzOfNumPy() throws {
        let stored = try NPZFile(contentsOf: Self.fixtures + "/npz/stored.npz")
        #expect(stored.names == ["x", "labels"])
        #expect(try stored.array("labels") == NumericArray(shape: [10], values: .int64(Array(0..<10))))
        let deflated = try NPZFile(contentsOf: Self.fixtures + "/npz/deflated.npz")
        #expect(try deflated.array("x").floats == stored.array("x").floats)
        #expect(try deflated.array("flags").integers == stored.array("x").floats.map { $0 > 0 ? 1 : 0 })
        #expect(throws: EEGDataError.self) { try stored.array("absent") }
        #expect(throws: EEGDataError.self) {
            try NPZFile(contentsOf: Self.fixtures + "/npz/deflated.npz", limits: ReadLimits(decodedBytes: 100)).array("x")
        }
    }

    @Test func safetensorsReadBackWhatTheyWrite() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("arrays.safetensors")
        let arrays = Self.arrays.enumerated().map { (name: "layer.\($0)\n\"é", array: $1) }
        try SafetensorsFile.write(arrays, metadata: ["format": "pt", "note": "line\nline \\ \"quoted\""], to: path)
        let file = try SafetensorsFile(contentsOf: path)
        #expect(file.metadata == ["format": "pt", "note": "line\nline \\ \"quoted\""])
        #expect(file.entries.map(\.name) == arrays.map(\.name))
        for (name, array) in arrays { #expect(try file.array(name) == array) }
        #expect(throws: EEGDataError.self) { try SafetensorsFile.write([arrays[0], arrays[0]], to: path) }
    }

    @Test func safetensorsOfOthers() throws {
        let file = try SafetensorsFile(contentsOf: Self.fixtures + "/safetensors/arrays.safetensors")
        #expect(file.metadata == ["format": "pt"])
        #expect(try file.array("steps") == NumericArray(shape: [5], values: .int64([0, 1, 2, 3, 4])))
        let (weight, half) = (try file.array("weight").floats, try file.array("half").floats)
        #expect(zip(weight, half).allSatisfy { abs($0 - $1) <= abs($0) / 1024 })
    }

    @Test func safetensorsHeadersThatAreRefused() throws {
        let folder = try TemporaryFolder()
        let entry = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
        for header in [
            "{\"a\":{\(entry)[0,4]},\"a\":{\(entry)[4,8]}}", "{\"a\":{\(entry)[0,4]},\"b\":{\(entry)[2,6]}}",
            "{\"a\":{\(entry)[0,4]}}", "{\"a\":{\(entry)[0,8]}}", "{\"a\":{\(entry)[4,0]}}", "{\"a\":{\(entry)[0,4],\"x\":1}}",
            "{\"a\":{\(entry)[0,4]},\"b\":{\(entry)[4,8]}} x", "{\"a\":{\(entry)[0,4]},\"b\":{\(entry)[4,12]}}", "[]", "",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
        ] {
            let path = try folder.write([UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7) + Array(header.utf8) + [0, 0, 0, 0, 0, 0, 0, 0])
            #expect(throws: EEGDataError.self, "\(header)") { try SafetensorsFile(contentsOf: path) }
        }
    }

    @Test func tables() throws {
        let labels = try CSVTable(contentsOf: Self.fixtures + "/csv/labels.csv")
        #expect(labels.names == ["id", "label", "confidence"] && labels.rows.count == 40)
        #expect(try labels.column("label")[4] == "class 1")
        #expect(try labels.numbers("confidence")[39] == 0.975)
        #expect(throws: EEGDataError.self) { try labels.numbers("label") }
        #expect(throws: EEGDataError.self) { try labels.column("absent") }
        #expect(try CSVTable(contentsOf: Self.fixtures + "/csv/events.tsv").numbers("onset")[3] == 1.5)
        let folder = try TemporaryFolder()
        // One long row and many short ones: a table of them would have their product of cells.
        let path = try folder.write(Array((String(repeating: ",", count: 100_000) + String(repeating: "\n", count: 100_000)).utf8))
        #expect(throws: EEGDataError.self) { try CSVTable(contentsOf: path) }
        #expect(throws: EEGDataError.self) { try CSVTable(contentsOf: folder.write([0x61, 0xFF, 0x2C, 10])) }
    }
}
