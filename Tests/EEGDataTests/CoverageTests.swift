import EEGData
import Foundation
import Testing

/// That no file of the conformance set goes by unseen.
@Suite struct CoverageTests {
    /// The folders whose entries the suites of the formats check one by one.
    static let checked: Set = [
        "edf", "bdf", "brainvision", "eeglab", "hdf5", "mat", "parquet", "parquet-bad", "parquet-either", "parquet-reject", "parquet-written",
        "pickle", "wfdb", "fif", "ctf",
    ]

    private struct Nothing: Decodable, Sendable {}

    @Test func everyEntryHasASuite() {
        for entry in RealData.entries(in: "", as: Nothing.self) {
            let folder = entry.file.split(separator: "/").first.map(String.init) ?? ""
            #expect(Self.checked.contains(folder), "\(entry.file): no suite checks the files of \(folder)")
        }
    }

    /// Formats that are not read: a clear error, never wrong values.
    @Test(arguments: RealData.entries(in: "fif", as: Nothing.self).map(\.path) + RealData.entries(in: "ctf", as: Nothing.self).map(\.path))
    func optionalFormatsAreRefusedByName(path: String) throws {
        let error = #expect(throws: EEGDataError.self) { try Recording(contentsOf: path) }
        let text = try #require(error).description
        #expect(text.contains(path))
    }
}
