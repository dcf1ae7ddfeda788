internal import EEGTensor

/// Which windows an epoch consists of.
public enum WindowSampling: Sendable {
    /// Each window once.
    case all
    /// Equally many of each class that occurs, as many together as there are windows or `count`: windows of rare classes are repeated, those of
    /// frequent ones take turns.
    case balanced(count: Int? = nil)
    /// Windows drawn with these weights, one a window, again and again: as many as there are windows or `count`.
    case weighted([Double], count: Int? = nil)
}

extension WindowSampling {
    /// The numbers of the windows of an epoch, in the order in which a generator puts them.
    /// The windows of an epoch.
    func count(of windows: WindowSet) -> Int {
        switch self {
        case .all: windows.count
        case .balanced(let count), .weighted(_, let count): count ?? windows.count
        }
    }

    func order(of windows: WindowSet, using generator: inout Generator) -> [Int] {
        switch self {
        case .all:
            return (0..<windows.count).shuffled(using: &generator)
        case .balanced(let count):
            let classes = (0..<windows.shape.outputs).map { label in windows.windows.indices.filter { windows.windows[$0].label == label } }
                .filter { !$0.isEmpty }
            let total = count ?? windows.count
            var order: [Int] = []
            for (place, members) in classes.enumerated() {
                var wanted = total / classes.count + (place < total % classes.count ? 1 : 0)
                while wanted > 0 {
                    order += members.shuffled(using: &generator).prefix(wanted)
                    wanted -= min(wanted, members.count)
                }
            }
            return order.shuffled(using: &generator)
        case .weighted(let weights, let count):
            var total = 0.0
            let sums = weights.map { weight in
                total += weight
                return total
            }
            return (0..<(count ?? windows.count)).map { _ in
                let draw = Double.random(in: 0..<total, using: &generator)
                var (low, high) = (0, sums.count - 1)
                while low < high {
                    let middle = (low + high) / 2
                    if sums[middle] <= draw { low = middle + 1 } else { high = middle }
                }
                return low
            }
        }
    }

    func validate(for windows: WindowSet) throws(EEGDataError) {
        let count: Int?
        switch self {
        case .all: count = nil
        case .balanced(let wanted): count = wanted
        case .weighted(let weights, let wanted):
            count = wanted
            guard weights.count == windows.count, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
                throw .invalidArgument(
                    name: "sampling weights", expected: "\(windows.count) numbers of 0 or more, not all 0",
                    found: "\(weights.count) numbers")
            }
        }
        if let count, count < 1 { throw .invalidArgument(name: "windows of an epoch", expected: "at least 1", found: "\(count)") }
    }
}
