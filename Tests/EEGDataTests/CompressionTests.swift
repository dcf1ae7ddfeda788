import EEGData
import Testing

/// The compressed bytes were made by other programs (Python's zlib and cramjam) from 1,000 bytes: a hundred times 0, a hundred times 1 … 9.
@Suite struct CompressionTests {
    static let plain: [UInt8] = (0..<1000).map { UInt8($0 / 100) }
    static let compressed: [(Codec, String)] = [
        (.deflate, "bdc1870100200800201b66fdff70570844f41bc00416b081040e50c0051ef001"),
        (.zlib, "78dabdc1870100200800201b66fdff70570844f41bc00416b081040e50c0051ef001cc551195"),
        (
            .gzip,
            "1f8b08000000000002036360a03d60a40360a20360a60360a10300006a5eb7c8f4010000"
                + "1f8b08000000000002036365a53d60a30360a703e0a003e0a4030000570dafa6f4010000"
        ),
        (
            .snappy,
            "e8070000fe01008a01000001fe01008a01000002fe01008a01000003fe01008a01000004fe01008a01000005fe01008a01"
                + "000006fe01008a01000007fe01008a01000008fe01008a01000009fe01008a0100"
        ),
        (
            .lz4,
            "1f000100501f010100501f020100501f030100501f040100501f050100501f060100501f070100501f080100501f0901004b500909090909"
        ),
        (
            .hadoopLZ4,
            "000001f40000001f1f000100501f010100501f020100501f030100501f0401004b500404040404"
                + "000001f40000001f1f050100501f060100501f070100501f080100501f0901004b500909090909"
        ),
        (.brotli, "1be703f8c50de0e208c40a00043a76ead2ad47af3efaeaa73f"),
        (
            .zstd,
            "28b52ffd60f400a50000300000010203040510002015901e481948c54f58"
                + "28b52ffd60f400a50000300505060708090510002015901e481948c54f58"
        ),
    ]
    static let place = FilePlace(file: "some.file", format: "Test", offset: 7, field: "block")

    @Test(arguments: compressed) func decompressesWhatOthersWrote(codec: Codec, text: String) throws {
        let bytes = Self.bytes(text)
        #expect(try codec.decompress(bytes, count: 1000, limits: .standard, at: Self.place) == Self.plain)
    }

    @Test(arguments: compressed) func refusesAnyOtherSize(codec: Codec, text: String) {
        let bytes = Self.bytes(text)
        for count in [0, 1, 500, 999, 1001, 5000] {
            #expect(throws: EEGDataError.self) { try codec.decompress(bytes, count: count, limits: .standard, at: Self.place) }
        }
    }

    @Test(arguments: compressed) func refusesOrReadsDamagedBytes(codec: Codec, text: String) {
        let bytes = Self.bytes(text)
        for index in bytes.indices {
            #expect(throws: EEGDataError.self) { try codec.decompress(bytes[..<index], count: 1000, limits: .standard, at: Self.place) }
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                // Codecs without a checksum may return other values, but never another number of them.
                #expect((try? codec.decompress(damaged, count: 1000, limits: .standard, at: Self.place))?.count ?? 1000 == 1000)
            }
        }
    }

    @Test func namesPlaceAndFieldOfBrokenData() {
        #expect(
            throws: EEGDataError.malformed(
                file: "some.file", format: "Test", offset: 7, field: "block", expected: "3 bytes of snappy data that hold 4", found: "5 bytes")
        ) { try Codec.snappy.decompress([5, 0, 0], count: 4, limits: .standard, at: Self.place) }
    }

    @Test func takesNoMemoryForSizesBeyondTheLimit() {
        #expect(throws: EEGDataError.self) {
            try Codec.zstd.decompress([], count: 1001, limits: ReadLimits(decodedBytes: 1000), at: Self.place)
        }
        #expect(throws: EEGDataError.self) { try Codec.zstd.decompress([], count: -1, limits: .standard, at: Self.place) }
    }

    @Test func snappyAndZlibReadBackWhatTheyWrite() throws {
        for count in [0, 1, 70_000] {
            let values = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) }
            let snappy = values.withUnsafeBytes { Snappy.compress($0) }
            #expect(try Codec.snappy.decompress(snappy, count: count, limits: .standard, at: Self.place) == values)
            #expect(try Codec.zlib.decompress(Inflate.compressZlib(values), count: count, limits: .standard, at: Self.place) == values)
        }
    }

    @Test func streamsOfUnknownSize() throws {
        let containers: [(Inflate.Container, Codec)] = [(.none, .deflate), (.zlib, .zlib), (.gzip, .gzip)]
        for (container, codec) in containers {
            let bytes = Self.bytes(try #require(Self.compressed.first { $0.0 == codec }?.1))
            let exact = ReadLimits(decodedBytes: 1000)
            #expect(try InflateStream(bytes[...], container: container, at: Self.place).readToEnd(limits: exact) == Self.plain)
            #expect(throws: EEGDataError.self) {
                try InflateStream(bytes[...], container: container, at: Self.place).readToEnd(limits: ReadLimits(decodedBytes: 999))
            }
            #expect(throws: EEGDataError.self) {
                try InflateStream(bytes.dropLast(), container: container, at: Self.place).readToEnd(limits: exact)
            }
            let stream = try InflateStream(bytes[...], container: container, at: Self.place)
            var parts: [UInt8] = []
            while parts.count < 1000 {
                var part = [UInt8](repeating: 255, count: 300)
                let count = try part.withUnsafeMutableBytes { try stream.read(into: $0) }
                parts += part[..<count]
            }
            #expect(parts == Self.plain)
        }
    }

    @Test func streamsLargerThanAllBuffers() throws {
        let values = (0..<3_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        let stream = try InflateStream(Inflate.compressZlib(values)[...], container: .zlib, at: Self.place)
        let isEqual = try stream.readToEnd(limits: .standard) == values
        #expect(isEqual)
    }

    @Test func checksums() {
        #expect(Self.plain.withUnsafeBytes { crc32($0) } == 0x44FF_5922)
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
