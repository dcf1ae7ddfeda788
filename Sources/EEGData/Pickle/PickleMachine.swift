/// The stack machine that a pickle is a program for, without the instructions and the globals that could do harm.
struct PickleMachine {
    /// What lies on the stack and in the memo.
    enum Item {
        case value(PickleValue)
        /// Python 2's texts, which are bytes as well.
        case binaryString(ArraySlice<UInt8>)
        case tuple(Int)
        /// Can change until the end: its place in `containers`.
        case list(Int)
        case dictionary(Int)
        case array(Int)
        case dtype(Int)
        case global(PickleGlobal)
    }

    /// A list's elements, a dictionary's keys and values in turn, or a tuple's elements.
    var containers: [[Item]] = []
    /// Arrays: nil until they are built.
    var arrays: [PickleArray?] = []
    var dtypes: [PickleDtype] = []

    private(set) var version = 0
    private(set) var notes: [String] = []
    var reader: ByteReader
    let limits: ReadLimits
    private var stack: [Item] = []
    private var marks: [Int] = []
    private var memo: [Int: Item] = [:]
    private var instructions = 0
    /// Where the current instruction is, and its name.
    private(set) var place = (offset: 0, name: "PROTO")
    private var decodedBytes = 0

    init(_ bytes: [UInt8], file: String, limits: ReadLimits) {
        reader = ByteReader(bytes, file: file, format: "pickle")
        self.limits = limits
    }

    mutating func run() throws(EEGDataError) -> PickleValue {
        let start = try reader.byte("PROTO")
        guard start == 0x80 else { throw failure(expected: "the instruction PROTO (0x80) at the start", found: "0x\(String(start, radix: 16))") }
        version = try reader.byte("protocol")
        guard (2...5).contains(version) else { throw failure(expected: "protocol 2 to 5", found: "\(version)") }
        while true {
            place.offset = reader.position
            // An instruction of one byte leaves an item of many: no more than that, on the stack, in a container or in the memo.
            instructions += 1
            guard instructions <= limits.decodedBytes / MemoryLayout<Item>.stride else {
                throw failure(expected: "values of at most \(limits.decodedBytes) bytes, the limit", found: "more")
            }
            let code = try reader.byte("instruction")
            guard let opcode = PickleOpcode(rawValue: UInt8(code)) else {
                place.name = "instruction"
                if let name = PickleOpcode.refused[UInt8(code)] { throw refused("the instruction \(name)") }
                throw failure(expected: "an instruction of a pickle", found: "0x\(String(code, radix: 16))")
            }
            place.name = opcode.name
            if opcode == .stop { break }
            try execute(opcode)
        }
        guard stack.count == 1, marks.isEmpty, let last = stack.last else {
            throw failure(expected: "one value on the stack", found: "\(stack.count), \(marks.count) marks")
        }
        if reader.remaining > 0 { notes.append("\(reader.remaining) bytes follow the end of the pickle") }
        var resolver = PickleResolver(self)
        return try resolver.value(of: last)
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(EEGDataError) {
        switch opcode {
        case .proto: try reader.skip(1, "PROTO")
        case .frame:
            let size: UInt64 = try reader.integer("FRAME")
            guard size <= UInt64(reader.remaining) else { throw failure(expected: "a frame inside the file", found: "\(size) bytes") }
        case .stop: break
        case .mark: marks.append(stack.count)
        case .pop:
            // Python removes a mark where one is on top.
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .dup:
            let item = try pop()
            stack += [item, item]
        case .none: push(.none)
        case .newTrue: push(.bool(true))
        case .newFalse: push(.bool(false))
        case .binInt: push(.int(Int(try reader.integer("BININT", as: Int32.self))))
        case .binInt1: push(.int(try reader.byte("BININT1")))
        case .binInt2: push(.int(try reader.word("BININT2")))
        case .long1: push(.int(try long(try reader.byte("LONG1"))))
        case .long4: push(.int(try long(Int(try reader.integer("LONG4", as: Int32.self)))))
        case .binFloat: push(.double(try reader.double("BINFLOAT", bigEndian: true)))
        case .binUnicode: try pushText(Int(try reader.integer("BINUNICODE", as: UInt32.self)))
        case .shortBinUnicode: try pushText(try reader.byte("SHORT_BINUNICODE"))
        case .binUnicode8: try pushText(Int(clamping: try reader.integer("BINUNICODE8", as: UInt64.self)))
        case .binString:
            stack.append(.binaryString(try reader.take(Int(try reader.integer("BINSTRING", as: Int32.self)), "BINSTRING")))
        case .shortBinString: stack.append(.binaryString(try reader.take(try reader.byte("SHORT_BINSTRING"), "SHORT_BINSTRING")))
        case .binBytes: push(.bytes(try reader.take(Int(try reader.integer("BINBYTES", as: UInt32.self)), "BINBYTES")))
        case .shortBinBytes: push(.bytes(try reader.take(try reader.byte("SHORT_BINBYTES"), "SHORT_BINBYTES")))
        case .binBytes8, .byteArray8:
            push(.bytes(try reader.take(Int(clamping: try reader.integer(opcode.name, as: UInt64.self)), opcode.name)))
        case .emptyList: stack.append(.list(newContainer([])))
        case .emptyTuple: stack.append(.tuple(newContainer([])))
        case .emptyDict: stack.append(.dictionary(newContainer([])))
        case .list: stack.append(.list(newContainer(try popToMark())))
        case .tuple: stack.append(.tuple(newContainer(try popToMark())))
        case .dict: stack.append(.dictionary(newContainer(try pairs(try popToMark()))))
        case .tuple1, .tuple2, .tuple3:
            var items: [Item] = []
            for _ in 0..<(opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3) { items.append(try pop()) }
            stack.append(.tuple(newContainer(items.reversed())))
        case .append:
            let item = try pop()
            containers[try topList()].append(item)
        case .appends:
            let items = try popToMark()
            containers[try topList()] += items
        case .setItem:
            let value = try pop()
            let key = try pop()
            containers[try topDictionary()] += [key, value]
        case .setItems:
            let items = try pairs(try popToMark())
            containers[try topDictionary()] += items
        case .binPut: try remember(try reader.byte("BINPUT"))
        case .longBinPut: try remember(Int(try reader.integer("LONG_BINPUT", as: UInt32.self)))
        case .memoize: try remember(memo.count)
        case .binGet: try recall(try reader.byte("BINGET"))
        case .longBinGet: try recall(Int(try reader.integer("LONG_BINGET", as: UInt32.self)))
        case .global:
            let module = try line()
            try pushGlobal(module: module, name: try line())
        case .stackGlobal:
            guard case .value(.string(let name)) = try pop(), case .value(.string(let module)) = try pop() else {
                throw failure(expected: "the texts of a module and a name", found: "other values")
            }
            try pushGlobal(module: module, name: name)
        case .reduce:
            let arguments = try pop()
            guard case .tuple(let index) = arguments, case .global(let global) = try pop() else {
                throw failure(expected: "a global and a tuple of arguments", found: "other values")
            }
            stack.append(try call(global, containers[index]))
        case .build:
            let state = try pop()
            guard let object = stack.last else { throw failure(expected: "an object to build", found: "an empty stack") }
            try build(object, state)
        }
    }

    // MARK: Stack

    private mutating func push(_ value: PickleValue) { stack.append(.value(value)) }

    private mutating func pop() throws(EEGDataError) -> Item {
        guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
            throw failure(expected: "a value on the stack", found: "none")
        }
        return item
    }

    private mutating func popToMark() throws(EEGDataError) -> [Item] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw failure(expected: "a mark on the stack", found: "none") }
        let items = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return items
    }

    private mutating func newContainer(_ items: [Item]) -> Int {
        containers.append(items)
        return containers.count - 1
    }

    private func topList() throws(EEGDataError) -> Int {
        guard case .list(let index)? = stack.last, stack.count > marks.last ?? 0 else {
            throw failure(expected: "a list on the stack", found: "something else")
        }
        return index
    }

    private func topDictionary() throws(EEGDataError) -> Int {
        guard case .dictionary(let index)? = stack.last, stack.count > marks.last ?? 0 else {
            throw failure(expected: "a dictionary on the stack", found: "something else")
        }
        return index
    }

    private func pairs(_ items: [Item]) throws(EEGDataError) -> [Item] {
        guard items.count % 2 == 0 else { throw failure(expected: "a value for each key", found: "\(items.count) items") }
        return items
    }

    // MARK: Memo

    private mutating func remember(_ index: Int) throws(EEGDataError) {
        guard let item = stack.last else { throw failure(expected: "a value on the stack", found: "none") }
        memo[index] = item
    }

    private mutating func recall(_ index: Int) throws(EEGDataError) {
        guard let item = memo[index] else { throw failure(expected: "a remembered value", found: "none at \(index)") }
        stack.append(item)
    }

    // MARK: Arguments of instructions

    private mutating func long(_ count: Int) throws(EEGDataError) -> Int {
        guard (0...8).contains(count) else { throw failure(expected: "an integer of at most 8 bytes", found: "\(count) bytes") }
        let bytes = try reader.take(count, place.name)
        let isNegative = bytes.last ?? 0 >= 0x80
        return bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
    }

    private mutating func pushText(_ count: Int) throws(EEGDataError) {
        push(.string(String(decoding: try reader.take(count, place.name), as: UTF8.self)))
    }

    private mutating func line() throws(EEGDataError) -> String {
        let start = reader.bytes.startIndex + reader.position
        guard let end = reader.bytes[start...].prefix(1000).firstIndex(of: 0x0A) else {
            throw failure(expected: "a line of text", found: "no end of it")
        }
        let text = String(decoding: reader.bytes[start..<end], as: UTF8.self)
        try reader.skip(end + 1 - start, place.name)
        return text
    }

    private mutating func pushGlobal(module: String, name: String) throws(EEGDataError) {
        guard let global = PickleGlobal(module: module, name: name) else { throw refused("the global \(module).\(name)") }
        stack.append(.global(global))
    }

    /// Counts bytes that are made, not just referred to.
    mutating func count(decoded bytes: Int) throws(EEGDataError) {
        decodedBytes += bytes
        let limit = min(limits.decodedBytes, 4 * reader.bytes.count + 64 << 20)
        guard decodedBytes <= limit else { throw failure(expected: "at most \(limit) bytes", found: "more") }
    }

    func failure(expected: String, found: String) -> EEGDataError {
        .malformed(file: reader.file, format: "pickle", offset: place.offset, field: place.name, expected: expected, found: found)
    }

    func refused(_ what: String) -> EEGDataError {
        .unsupported(file: reader.file, format: "pickle", feature: "byte \(place.offset): \(what) is not allowed")
    }
}
