public import EEGTensor

/// What windows have in common that must not lie on both sides of a split.
public enum WindowGroup: Sendable, Hashable {
    /// The person.
    case subject
    /// The person and the occasion.
    case session
    /// The file, where there is one: recordings opened from the same file are one group.
    case recording
}

/// Windows to train with and windows to test on.
public struct WindowSplit: Sendable {
    public let training: WindowSet
    public let testing: WindowSet
}

extension WindowSet {
    /// The group of each recording.
    ///
    /// - Throws: where a recording does not tell its subject or session: set them on the recordings.
    func groups(by group: WindowGroup) throws(EEGDataError) -> [String] {
        var names: [String] = []
        for (index, recording) in recordings.enumerated() {
            func known(_ value: String?, _ what: String) throws(EEGDataError) -> String {
                guard let value else {
                    throw .invalidArgument(name: "\(what) of recording \(index)", expected: "a name, to split by", found: "none")
                }
                return value
            }
            switch group {
            case .subject: names.append(try known(recording.subject, "subject"))
            case .session: names.append("\(recording.subject ?? "") / \(try known(recording.session, "session"))")
            case .recording: names.append(recording.path ?? "recording \(index)")
            }
        }
        return names
    }

    /// The windows of some subjects to test on, all others to train with.
    ///
    /// - Throws: where a recording does not tell its subject, a subject is unknown, or a side has no windows.
    public func split(testingSubjects subjects: Set<String>) throws(EEGDataError) -> WindowSplit {
        let groups = try groups(by: .subject)
        if let unknown = subjects.subtracting(groups).sorted().first {
            throw .invalidArgument(name: "subject", expected: "one of \(Set(groups).sorted())", found: unknown)
        }
        return try split { subjects.contains(groups[$0]) }
    }

    /// The windows of some sessions, of whatever subject, to test on, all others to train with.
    ///
    /// - Throws: where a recording does not tell its session, a session is unknown, or a side has no windows.
    public func split(testingSessions sessions: Set<String>) throws(EEGDataError) -> WindowSplit {
        _ = try groups(by: .session)
        if let unknown = sessions.subtracting(recordings.compactMap(\.session)).sorted().first {
            throw .invalidArgument(name: "session", expected: "one of \(Set(recordings.compactMap(\.session)).sorted())", found: unknown)
        }
        return try split { sessions.contains(recordings[$0].session ?? "") }
    }

    /// Sets with shares of the groups, drawn at random: `[0.6, 0.2, 0.2]` for training, validation and test. No group is in two of them.
    ///
    /// - Throws: where shares are not positive or do not sum to 1, or a set has no windows.
    public func split(shares: [Double], by group: WindowGroup, using generator: Generator) throws(EEGDataError) -> [WindowSet] {
        guard shares.allSatisfy({ $0 > 0 }), abs(shares.reduce(0, +) - 1) < 1e-6 else {
            throw .invalidArgument(name: "shares", expected: "positive numbers that sum to 1", found: "\(shares)")
        }
        let groups = try groups(by: group)
        var generator = generator
        let names = Set(groups).sorted().shuffled(using: &generator)
        var result: [WindowSet] = []
        var (share, start) = (0.0, 0)
        for part in shares {
            share += part
            let end = Int((share * Double(names.count)).rounded())
            let members = Set(names[start..<max(start, min(names.count, end))])
            start = max(start, end)
            let windows = filter { members.contains(groups[$0.recording]) }
            guard windows.count > 0 else {
                throw .empty(what: "part \(result.count + 1) of \(shares)", reason: "\(names.count) groups are too few")
            }
            result.append(windows)
        }
        return result
    }

    /// Folds for cross-validation: each group is tested once, and trained with in all other folds.
    ///
    /// Groups are given out one by one, those with most windows first, each to the fold where it disturbs the balance least: of the numbers of
    /// windows or, stratified, of those of each class.
    ///
    /// - Parameter generator: puts groups of equal size in order; nil for the order of their names.
    /// - Throws: where there are fewer groups than folds, or fewer than two folds.
    public func folds(
        _ count: Int, by group: WindowGroup, stratified: Bool = false, using generator: Generator? = nil
    ) throws(EEGDataError) -> [WindowSplit] {
        let groups = try groups(by: group)
        var names = Set(groups).sorted()
        guard count >= 2, count <= names.count else {
            throw .invalidArgument(name: "folds", expected: "2 to \(names.count), the number of groups", found: "\(count)")
        }
        if var generator { names.shuffle(using: &generator) }
        var counts: [String: [Double]] = [:]
        for window in windows {
            counts[groups[window.recording], default: [Double](repeating: 0, count: shape.outputs)][stratified ? window.label : 0] += 1
        }
        // Rare classes weigh as much as frequent ones.
        let totals = counts.values.reduce(into: [Double](repeating: 0, count: shape.outputs)) { totals, values in
            for index in values.indices { totals[index] += values[index] }
        }
        let shares = names.map { name in zip(counts[name] ?? [], totals).map { $1 > 0 ? $0 / $1 : 0 } }
        let order = names.indices.sorted { a, b in
            let (x, y) = (shares[a].reduce(0, +), shares[b].reduce(0, +))
            return x != y ? x > y : a < b
        }
        var members = [Set<String>](repeating: [], count: count)
        var sums = [[Double]](repeating: [Double](repeating: 0, count: shape.outputs), count: count)
        for (place, index) in order.enumerated() {
            // Of folds that it fits equally well the first; the first groups go to empty folds, so that none stays empty.
            let open = place < count ? [place] : Array(0..<count)
            let best = open.min { a, b in cost(sums[a], adding: shares[index]) < cost(sums[b], adding: shares[index]) } ?? 0
            members[best].insert(names[index])
            for label in shares[index].indices { sums[best][label] += shares[index][label] }
        }
        var result: [WindowSplit] = []
        for fold in members { result.append(try split { fold.contains(groups[$0]) }) }
        return result
    }

    /// By how much the squares of shares grow.
    private func cost(_ sums: [Double], adding shares: [Double]) -> Double {
        zip(sums, shares).reduce(0) { $0 + $1.1 * (2 * $1.0 + $1.1) }
    }

    /// One fold for each group, which is tested on windows of that group alone.
    public func leavingOneOut(by group: WindowGroup) throws(EEGDataError) -> [WindowSplit] {
        try folds(Set(groups(by: group)).count, by: group)
    }

    private func split(_ isTested: (Int) -> Bool) throws(EEGDataError) -> WindowSplit {
        let tested = recordings.indices.map(isTested)
        let result = WindowSplit(training: filter { !tested[$0.recording] }, testing: filter { tested[$0.recording] })
        for (part, windows) in [("training", result.training), ("test", result.testing)] where windows.count == 0 {
            throw .empty(what: "split", reason: "there are no \(part) windows")
        }
        return result
    }
}
