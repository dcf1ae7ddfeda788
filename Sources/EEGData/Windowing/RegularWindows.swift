/// Which state of a recording gives a window its class.
public enum WindowLabel: Sendable {
    /// The state that holds for the whole window; windows at a change of state are left out.
    case whole
    /// The state at the middle of the window.
    case middle
}

extension Recording {
    /// Windows at regular distances from the start of each segment, all of one class.
    ///
    /// - Parameters:
    ///   - length: seconds of a window.
    ///   - stride: seconds from the start of a window to that of the next; nil: the length.
    /// - Throws: `EEGDataError` where length or stride is not positive, channels differ in rate or length, or no window results.
    public func windows(length: Double, stride: Double? = nil) throws(EEGDataError) -> WindowSet {
        let cutter = try WindowCutter(self, length: length)
        let step = try cutter.samples(in: stride ?? length, name: "window stride")
        let windows = cutter.regularStarts(step: step).map { Window(start: $0, label: 0) }
        return try cutter.set(windows, classes: .all, reason: "no segment lasts \(length) s")
    }

    /// Windows at regular distances from the start of each segment, each with the class of the state that it shows; states are annotations with
    /// a duration. Windows without a state, or at which states of different classes meet, are left out. Where no annotation has one of the classes,
    /// `notes` of the recording in the result say so.
    ///
    /// - Parameters:
    ///   - classes: for the texts of annotations their classes, which must be 0, 1, 2 … without a gap.
    ///   - label: which state counts.
    ///   - length: seconds of a window.
    ///   - stride: seconds from the start of a window to that of the next.
    /// - Throws: `EEGDataError` where the classes are not numbered so, length or stride is not positive, channels differ in rate or length, or
    ///   no window results.
    public func windows(
        inStates classes: [String: Int], label: WindowLabel = .whole, length: Double, stride: Double
    ) throws(EEGDataError) -> WindowSet {
        let classes = try ClassMap(classes)
        let cutter = try WindowCutter(self, length: length)
        let step = try cutter.samples(in: stride, name: "window stride")
        let states = cutter.states(classes)
        var windows: [Window] = []
        // States in order of their starts, and for each how far the states up to it reach: the search for a window may stop early.
        var reach = -Double.infinity
        let reaches = states.map { state in
            reach = max(reach, state.end)
            return reach
        }
        for start in cutter.regularStarts(step: step) {
            let part =
                switch label {
                case .whole: start..<(start + cutter.length)
                case .middle: (start + cutter.length / 2)..<(start + cutter.length / 2 + 1)
                }
            var index = states.firstIndex(after: Double(part.lowerBound) + State.tolerance) - 1
            var labels: Set<Int> = []
            while index >= 0, reaches[index] + State.tolerance >= Double(part.upperBound) {
                if states[index].holds(for: part) { labels.insert(states[index].label) }
                index -= 1
            }
            if labels.count == 1, let label = labels.first { windows.append(Window(start: start, label: label)) }
        }
        return try cutter.set(
            windows, classes: classes, reason: "no state \(classes.names.joined(separator: ", ")) gives a window of \(length) s")
    }
}

/// A state in sample numbers, which need not be whole.
private struct State {
    let start: Double
    let end: Double
    let label: Int

    /// In samples: an end that was rounded when it was stored must not cost a window.
    static let tolerance = 0.01

    /// Whether the state holds for all samples of a range.
    func holds(for range: Range<Int>) -> Bool {
        start <= Double(range.lowerBound) + Self.tolerance && Double(range.upperBound) <= end + Self.tolerance
    }
}

extension [State] {
    /// The index of the first state, in order of starts, that starts behind a position.
    fileprivate func firstIndex(after position: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].start <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension WindowCutter {
    fileprivate func regularStarts(step: Int) -> [Int] {
        segments.flatMap { Array(Swift.stride(from: $0.samples.lowerBound, through: $0.samples.upperBound - length, by: step)) }
    }

    /// The states, cut at the ends of segments, in the order of their starts.
    fileprivate func states(_ classes: ClassMap) -> [State] {
        var states: [State] = []
        for annotation in recording.annotations {
            guard let label = classes.classes[annotation.text], let duration = annotation.duration, duration > 0 else { continue }
            for (segment, samples) in segments {
                let start = max(position(of: annotation.onset, in: segment), Double(samples.lowerBound) - State.tolerance)
                let end = min(position(of: annotation.onset + duration, in: segment), Double(samples.upperBound) + State.tolerance)
                if start < end { states.append(State(start: start, end: end, label: label)) }
            }
        }
        return states.sorted { $0.start < $1.start }
    }
}
