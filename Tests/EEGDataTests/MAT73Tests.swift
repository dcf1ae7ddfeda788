import EEGData
import Foundation
import Testing

/// MATLAB 7.3 files.
@Suite struct MAT73Tests {
    /// Written by h5py as MATLAB does (`Scripts/make-fixtures/hdf5.py`).
    @Test func readsEveryKind() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz/mat73/kinds.mat").path
        let file = try MATFile(contentsOf: path)
        #expect(Set(file.variables.map(\.name)) == ["matrix", "truth", "text", "nothing", "list", "plain", "several", "complex"])
        #expect(try file.value(of: "matrix").numbers == NumericArray(shape: [2, 3], values: .double([1, 2, 3, 4, 5, 6])))
        #expect(try file.value(of: "truth").numbers == NumericArray(shape: [1, 2], values: .bool([true, false])))
        #expect(try file.value(of: "text").string == "EEG µ")
        #expect(try file.value(of: "nothing").numbers == NumericArray(shape: [0, 3], values: .double([])))
        let list = try #require(try file.value(of: "list").cell)
        #expect(list.shape == [1, 2] && list.elements[0].number == 7 && list.elements[1].string == "EEG µ")
        let plain = try #require(try file.value(of: "plain").structure)
        #expect(plain.shape == [1, 1] && plain.fieldNames == ["srate", "label"] && plain["srate"]?.number == 250 && plain["label"]?.string == "Cz")
        let several = try #require(try file.value(of: "several").structure)
        #expect(several.count == 2 && several[0, "type"]?.number == 7 && several[1, "type"]?.string == "EEG µ")
        guard case .complex(let real, let imaginary) = try file.value(of: "complex") else {
            Issue.record("not complex")
            return
        }
        #expect(real.doubles == [1, 2] && imaginary.doubles == [-1, 0.5])
    }

    @Test(
        arguments: RealData.entries(in: "mat/testhdf5_7.4_GLNX86.mat".components(separatedBy: "/")[0], as: [String: String].self).filter {
            $0.file.contains("testhdf5")
        })
    func readsVersion73(_ entry: RealData.Entry<[String: String]>) throws {
        let file = try MATFile(contentsOf: entry.path)
        let value = try #require(try file.value(of: "testdouble").numbers)
        #expect(value.shape == [1, 9])
        #expect(zip(value.doubles, 0...).allSatisfy { abs($0 - Double($1) * .pi / 4) < 1e-12 })
    }

    @Test(.enabled(if: RealData.folder != nil)) func readsSleepStages() throws {
        let folder = try #require(RealData.folder)
        let file = try MATFile(contentsOf: folder.appending(path: "wfdb/tr04-0029-arousal.mat").path)
        let data = try #require(try file.value(of: "data").structure)
        let arousals = try #require(data["arousals"]?.numbers)
        #expect(arousals.shape == [1, 3_704_000] && arousals.doubles.reduce(0, +) == -1_198_181)
        let stages = try #require(data["sleep_stages"]?.structure)
        #expect(stages["rem"]?.numbers?.shape == [3_704_000, 1])
        #expect(stages["rem"]?.numbers?.integers?.reduce(0, +) == 150_000)
        let eeglab = try MATFile(contentsOf: folder.appending(path: "eeglab/test_raw_hdf5.set").path)
        let structure = try #require(try eeglab.value(of: "EEG").structure)
        #expect(structure["nbchan"]?.number == 271 && structure["data"]?.shape == [271, 256])
        #expect(structure["chanlocs"]?.structure?[270, "labels"]?.string == "Temp")
        #expect(structure["data"]?.numbers.map { abs($0.doubles[1] - 12222.80566) < 1e-3 } == true)
    }
}
