/// Makes values of what a finished machine holds. Each container becomes one value, however often it is referred to.
struct PickleResolver {
    private static let nesting = 64
    private let machine: PickleMachine
    /// Containers that are done, with how deep they go.
    private var done: [Int: (value: PickleValue, depth: Int)] = [:]
    private var inProgress: Set<Int> = []

    init(_ machine: PickleMachine) { self.machine = machine }

    mutating func value(of item: PickleMachine.Item) throws(EEGDataError) -> PickleValue { try resolve(item, level: 0).value }

    private mutating func resolve(
        _ item: PickleMachine.Item, level: Int
    ) throws(EEGDataError) -> (value: PickleValue, depth: Int) {
        switch item {
        case .value(let value): return (value, 0)
        case .binaryString(let bytes): return (.string(latin1(bytes)), 0)
        case .tuple(let index): return try container(index, level: level) { .tuple($0) }
        case .list(let index): return try container(index, level: level) { .list($0) }
        case .dictionary(let index):
            return try container(index, level: level) { items in
                .dictionary(stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) })
            }
        case .array(let index):
            guard let array = machine.arrays[index] else {
                throw machine.failure(expected: "arrays with contents", found: "one that was never built")
            }
            return (.array(array), 0)
        case .dtype, .global:
            throw machine.refused("a type or function as a value")
        }
    }

    private mutating func container(
        _ index: Int, level: Int, _ make: ([PickleValue]) -> PickleValue
    ) throws(EEGDataError) -> (value: PickleValue, depth: Int) {
        func tooDeep() -> EEGDataError { machine.failure(expected: "at most \(Self.nesting) levels of nesting", found: "more") }
        if let known = done[index] {
            guard level + known.depth <= Self.nesting else { throw tooDeep() }
            return known
        }
        guard inProgress.insert(index).inserted else {
            throw machine.failure(expected: "containers that do not hold themselves", found: "one that does")
        }
        guard level < Self.nesting else { throw tooDeep() }
        var depth = 1
        var values: [PickleValue] = []
        values.reserveCapacity(machine.containers[index].count)
        for item in machine.containers[index] {
            let (value, below) = try resolve(item, level: level + 1)
            values.append(value)
            depth = max(depth, below + 1)
        }
        inProgress.remove(index)
        let result = (value: make(values), depth: depth)
        done[index] = result
        return result
    }
}
