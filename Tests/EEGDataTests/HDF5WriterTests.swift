import EEGData
import Foundation
import Testing

@Suite struct HDF5WriterTests {
    @Test func writesWhatItReads() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("out.h5")
        let arrays: [NumericArray] = [
            NumericArray(shape: [2, 3], values: .float([1, 2, 3, 4, 5, 6.5])), NumericArray(shape: [], values: .double([-1e300])),
            NumericArray(shape: [0], values: .int64([])), NumericArray(shape: [3], values: .uint16([0, 1, 65535])),
            NumericArray(shape: [2], values: .int8([-128, 127])), NumericArray(shape: [1, 1, 2], values: .uint64([0, .max])),
        ]
        let writer = try HDF5Writer(path: path)
        for (index, array) in arrays.enumerated() { try writer.write(array, to: "/numbers/\(index)") }
        let long = NumericArray(shape: [40, 500], values: .int32((0..<20000).map { Int32($0 * $0 % 1000) }))
        try writer.write(long, to: "/long", chunks: [7, 64], compression: 4)
        try writer.write(["Fp1", "Ö", ""], to: "/names")
        try writer.setAttribute("unit", of: "/long", to: .string("µV"))
        try writer.setAttribute("rate", of: "/", to: .double(150))
        try writer.setAttribute("shape", of: "/", to: .array(NumericArray(shape: [2], values: .int32([3, 4]))))
        try writer.createGrowingDataset("/windows", of: .float([]), elementShape: [2, 2], chunkLength: 3, compression: 1)
        for window in 0..<5 {
            let values: [Float] = (0..<4).map { Float(4 * window + $0) }
            try writer.append(NumericArray(shape: [1, 2, 2], values: .float(values)), to: "/windows")
        }
        #expect(throws: EEGDataError.self) { try writer.append(NumericArray(shape: [1, 3], values: .float([1, 2, 3])), to: "/windows") }
        #expect(throws: EEGDataError.self) { try writer.write(arrays[0], to: "/long") }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(throws: EEGDataError.self) { try writer.finish() }

        let file = try HDF5File(contentsOf: path)
        for (index, array) in arrays.enumerated() { #expect(try file.dataset("/numbers/\(index)").array() == array) }
        let isSame = try file.dataset("long").array() == long
        #expect(isSame)
        #expect(try file.dataset("long").filters == ["shuffle", "gzip"] && file.dataset("long").chunkShape == [7, 64])
        #expect(try file.dataset("names").strings() == ["Fp1", "Ö", ""])
        #expect(try file.dataset("long").attribute("unit")?.string == "µV")
        #expect(try file.root.attribute("shape")?.array().integers == [3, 4])
        #expect(try file.dataset("windows").integers() == Array(0..<20))
        #expect(try file.dataset("windows").shape == [5, 2, 2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["out.h5"])
    }
}
