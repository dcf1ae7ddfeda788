import EEGData
import Foundation
import Testing

/// NIfTI images that `Scripts/make-fixtures/nifti.py` writes.
@Suite struct NIfTITests {
    private static let folder = MATFixtureTests.folder.appending(path: "nifti")

    @Test func scaledSeries() throws {
        let image = try NIfTIImage(contentsOf: Self.folder.appending(path: "bold.nii").path)
        #expect(image.shape == [5, 6, 4, 7] && image.volumeCount == 7 && image.volumeShape == [5, 6, 4])
        #expect(image.spacing.prefix(3) == [3, 3, 3] && image.spaceUnit == "mm" && image.timeUnit == "s")
        #expect(abs((image.repetitionTime ?? 0) - 1.95) < 1e-6)
        #expect(image.affine == [[-3, 0, 0, 90], [0, 3, 0, -126], [0, 0, 3, -72], [0, 0, 0, 1]])
        #expect(image.description == "made up")

        // Stored as int16, little-endian, behind 352 bytes; value = 0.5 stored + 10.
        let bytes = try [UInt8](Data(contentsOf: Self.folder.appending(path: "bold.nii")))
        var volumes: [[Float]] = []
        try image.forEachVolume { (_, voxels) throws(EEGDataError) in volumes.append(voxels) }
        #expect(volumes.count == 7 && volumes.allSatisfy { $0.count == 120 })
        for (index, value) in volumes.joined().enumerated() {
            let stored = Int16(bitPattern: UInt16(bytes[352 + 2 * index]) | UInt16(bytes[353 + 2 * index]) << 8)
            guard value == 0.5 * Float(stored) + 10 else {
                Issue.record("voxel \(index): \(value) for \(stored)")
                return
            }
        }
        #expect(try image.volume(5) == volumes[5])
        #expect(throws: EEGDataError.self) { try image.volume(7) }
    }

    @Test func compressedFilesCannotHoldAnySize() throws {
        let folder = try TemporaryFolder()
        // The header of an image, with a time axis of 32,767 volumes of 32,767 x 6 x 4 voxels, alone in a file that is stored, not deflated.
        var header = try [UInt8](Data(contentsOf: Self.folder.appending(path: "bold.nii")).prefix(352))
        for axis in [1, 4] { header.replaceSubrange((40 + 2 * axis)..<(42 + 2 * axis), with: [0xFF, 0x7F]) }
        let size: [UInt8] = [0x60, 0x01, 0x9F, 0xFE]
        let path = try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + size + header + [0, 0, 0, 0, 0x60, 1, 0, 0], to: "a.nii.gz")
        let error = #expect(throws: EEGDataError.self) { try NIfTIImage(contentsOf: path) }
        #expect("\(try #require(error))".contains("cannot hold so many"), "\(String(describing: error))")
    }

    @Test func compressedAndBigEndian() throws {
        let compressed = try NIfTIImage(contentsOf: Self.folder.appending(path: "bold.nii.gz").path)
        #expect(compressed.shape == [5, 6, 4, 3])
        var last: [Float] = []
        try compressed.forEachVolume { (_, voxels) throws(EEGDataError) in last = voxels }
        #expect(try compressed.volume(2) == last)
        #expect(last.allSatisfy { abs($0) < 6 } && last.contains { $0 != 0 })

        let atlas = try NIfTIImage(contentsOf: Self.folder.appending(path: "atlas.nii").path)
        #expect(atlas.shape == [7, 5, 6])
        #expect(try atlas.volume(0).allSatisfy { (0..<48).contains($0) && $0 == $0.rounded() })
        let other = try NIfTIImage(contentsOf: Self.folder.appending(path: "other.nii").path)
        #expect(try other.volume(1).allSatisfy { abs($0) < 6 })
    }
}
