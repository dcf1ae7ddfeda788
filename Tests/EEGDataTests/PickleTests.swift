import EEGData
import Foundation
import Testing

@Suite struct PickleTests {
    /// The content of a pickle as `expected.json` describes it.
    final class Content: Decodable, Sendable {
        let kind: String
        let n: Int?
        let value: Scalar?
        let first: [Content]?
        let items: [String: Content]?
        let shape: [Int]?
        let dtype: String?
        let min: Double?
        let max: Double?
        let sum: Double?
        let first5COrder: [Double]?

        enum Scalar: Decodable, Sendable {
            case number(Double), text(String)
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) { self = .number(number) } else { self = .text(try container.decode(String.self)) }
            }
        }
    }
    struct Facts: Decodable, Sendable {
        let `protocol`: Int
        let content: Content?
    }

    @Test(arguments: RealData.entries(in: "pickle", as: Facts.self))
    func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        if entry.expect == "reject" {
            let error = #expect(throws: EEGDataError.self) { try PickleFile(contentsOf: entry.path) }
            #expect("\(try #require(error))".contains("pandas"))
            return
        }
        let facts = try #require(entry.facts)
        let file = try PickleFile(contentsOf: entry.path)
        #expect(file.pickleProtocol == facts.protocol)
        try check(file.value, try #require(facts.content))
    }

    private func check(_ value: PickleValue, _ expected: Content) throws {
        switch expected.kind {
        case "list":
            let elements = try #require(value.elements)
            #expect(elements.count == expected.n)
            for (element, content) in zip(elements, expected.first ?? []) { try check(element, content) }
        case "dict":
            for (key, content) in try #require(expected.items) { try check(try #require(value[key]), content) }
        case "ndarray":
            guard case .array(let array) = value, let numbers = array.numbers else {
                Issue.record("not an array of numbers")
                return
            }
            #expect(array.shape == expected.shape && array.elementType == expected.dtype)
            let values = numbers.doubles
            #expect(zip(values, expected.first5COrder ?? []).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(abs(values.reduce(0, +) - (expected.sum ?? 0)) < 1e-3)
            #expect(abs((values.min() ?? 0) - (expected.min ?? 0)) < 1e-5 && abs((values.max() ?? 0) - (expected.max ?? 0)) < 1e-5)
        case "str":
            guard case .text(let text)? = expected.value else { return }
            #expect(value.string == text)
        case "int":
            guard case .number(let number)? = expected.value else { return }
            #expect(value.double == number)
        default: Issue.record("content of kind \(expected.kind)")
        }
    }

    @Test(arguments: 2...5) func readsEveryProtocol(version: Int) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz/pickle")
        let file = try PickleFile(contentsOf: folder.appending(path: "protocol\(version).pkl").path)
        #expect(file.pickleProtocol == version)
        let arrays = try #require(file.value["meg"]?.elements)
        guard case .array(let first) = arrays[0], case .array(let second) = arrays[1] else {
            Issue.record("no arrays")
            return
        }
        #expect(first.shape == [3, 40] && first.elementType == "float32")
        #expect(second.shape == [2, 5] && second.numbers?.count == 10)
        #expect(file.value["events"]?.elements?[0].elements?.compactMap(\.double) == [1, 2, 300, -70000])
        #expect(file.value["file"]?.elements?.compactMap(\.string) == ["block one.ds", "Öre"])
        let flags = try #require(file.value["flags"]?.elements)
        #expect(flags[0].double == 1 && flags[6].double == 1_099_511_627_776 && flags[5].double == 2.5)
        guard case .bytes(let bytes) = flags[2], case .array(let names)? = file.value["names"], case .array(let big)? = file.value["big"] else {
            Issue.record("no bytes or arrays")
            return
        }
        #expect(Array(bytes) == [0, 255])
        #expect(names.strings == ["Fp1", "Cz"])
        #expect(big.numbers?.integers == [0, 1, 2, 3])
    }

    /// Programs that a reader must not run, or not get lost in.
    @Test(arguments: [
        ("posix.system", "\u{80}\u{02}cposix\nsystem\nX\u{02}\u{00}\u{00}\u{00}ls\u{85}R."),
        ("NEWOBJ", "\u{80}\u{02}cnumpy\nndarray\n)\u{81}."),
        ("hold themselves", "\u{80}\u{02}]q\u{00}h\u{00}a."),
        ("numpy.ndarray", "\u{80}\u{02}cnumpy\nndarray\n)R."),
        ("protocol 2 to 5", "\u{80}\u{01}N."),
        ("a mark", "\u{80}\u{02}]e."),
        ("0xff", "\u{80}\u{02}\u{FF}."),
        ("8 bytes", "\u{80}\u{02}\u{8A}\u{09}123456789."),
    ]) func refuses(what: String, program: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(program.unicodeScalars.map { UInt8($0.value) })
        let error = #expect(throws: EEGDataError.self) { try PickleFile(contentsOf: path) }
        #expect("\(try #require(error))".contains(what))
    }

    @Test func theMemoCostsWhatIsInIt() throws {
        let folder = try TemporaryFolder()
        // The place 4,000,000,000 holds the only value.
        let path = try folder.write([0x80, 0x02, 0x5D, 0x72, 0x00, 0x28, 0x6B, 0xEE, 0x30, 0x6A, 0x00, 0x28, 0x6B, 0xEE, 0x2E])
        #expect(try PickleFile(contentsOf: path).value.elements?.isEmpty == true)
        // A million times None, a byte each.
        let many = try folder.write([0x80, 0x02, 0x28] + [UInt8](repeating: 0x4E, count: 1_000_000) + [0x6C, 0x2E], to: "many")
        #expect(try PickleFile(contentsOf: many).value.elements?.count == 1_000_000)
        let error = #expect(throws: EEGDataError.self) { try PickleFile(contentsOf: many, limits: ReadLimits(decodedBytes: 1 << 24)) }
        #expect("\(try #require(error))".contains("the limit"))
    }

    @Test func sharedContainersCostNothing() throws {
        // Each list holds the one before it twice: 2^60 elements, were they not shared.
        var program: [UInt8] = [0x80, 0x04, 0x5D, 0x94]
        for level in 0..<60 { program += [0x5D, 0x94, 0x28, 0x68, UInt8(level), 0x68, UInt8(level), 0x65] }
        let folder = try TemporaryFolder()
        // All lists but the last are still on the stack: take them off below it.
        let path = try folder.write(program + [0x94] + Array(repeating: 0x30, count: 61) + [0x68, 60, 0x2E])
        #expect(try PickleFile(contentsOf: path).value.elements?.count == 2)
    }
}
