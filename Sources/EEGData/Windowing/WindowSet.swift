public import EEGTensor

/// A stretch of a recording with a class.
public struct Window: Sendable, Hashable {
    /// The number of its first sample.
    public let start: Int
    /// Its class, counted from 0.
    public let label: Int
}

/// Which state of a recording gives a window its class.
public enum WindowLabel: Sendable {
    /// The state that holds for the whole window; windows at a change of state are left out.
    case whole
    /// The state at the middle of the window.
    case middle
}

/// Windows of equal length cut from one recording. Their samples are read when they are asked for.
public struct WindowSet: Sendable {
    public let recording: Recording
    /// In order of time.
    public let windows: [Window]
    /// Size of a window and number of classes.
    public let shape: SignalShape
    /// For each class the text of its annotations; several texts are joined by commas.
    public let classNames: [String]
    /// Whether each window is read without its mean, channel by channel: recorders often add an offset that drifts.
    public var removesMean = false

    /// The number of windows.
    public var count: Int { windows.count }

    /// For each class the number of windows.
    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: shape.outputs)
        for window in windows { counts[window.label] += 1 }
        return counts
    }

    /// Start and end of a window in seconds.
    public func seconds(of window: Window) -> ClosedRange<Double> {
        let start = Double(window.start) / shape.samplingRate
        return start...(start + shape.duration)
    }

    /// The windows that `isIncluded` accepts.
    public func filter(_ isIncluded: (Window) -> Bool) -> WindowSet {
        WindowSet(self, windows: windows.filter(isIncluded))
    }

    /// The samples of some windows, `[window, channel, time]`: voltages in microvolts, other quantities in their units.
    ///
    /// - Throws: `EEGDataError.notFinite` where a sample is not a finite number, and what reading throws.
    public func signals(of indices: [Int]) throws(EEGDataError) -> Tensor {
        let channels = Array(recording.channels.indices)
        var values: [Float] = []
        values.reserveCapacity(indices.count * channels.count * shape.samples)
        for index in indices {
            let range = windows[index].start..<(windows[index].start + shape.samples)
            let samples = try recording.samples(of: channels, in: channels.map { _ in range })
            for (channel, signal) in zip(recording.channels, samples) {
                if let bad = signal.firstIndex(where: { !$0.isFinite }) {
                    throw .notFinite(what: "window", channel: channel.label, time: Double(range.lowerBound + bad) / shape.samplingRate)
                }
                let mean = removesMean ? signal.reduce(0) { $0 + Double($1) } / Double(signal.count) : 0
                let scale = (channel.unit.volts ?? 1e-6) / 1e-6
                for value in signal { values.append(Float((Double(value) - mean) * scale)) }
            }
        }
        return Tensor(values, shape: [indices.count, channels.count, shape.samples])
    }

    fileprivate init(_ other: WindowSet, windows: [Window]) {
        recording = other.recording
        shape = other.shape
        classNames = other.classNames
        removesMean = other.removesMean
        self.windows = windows
    }

    init(recording: Recording, windows: [Window], shape: SignalShape, classNames: [String]) {
        self.recording = recording
        self.windows = windows
        self.shape = shape
        self.classNames = classNames
    }
}

extension Recording {
    /// Windows at regular distances, each with the class of the state that it shows; states are annotations with a duration. Windows without
    /// a state, or at which states of different classes meet, are left out.
    ///
    /// - Parameters:
    ///   - classes: for the texts of annotations their classes, which must be 0, 1, 2 … without a gap.
    ///   - label: which state counts.
    ///   - length: seconds of a window.
    ///   - stride: seconds from the start of a window to that of the next.
    /// - Throws: `EEGDataError` where the classes are not numbered so, length or stride is not positive, channels differ in rate or length, or
    ///   no window results.
    public func windows(
        labelledBy classes: [String: Int], label: WindowLabel = .whole, length: Double, stride: Double
    ) throws(EEGDataError) -> WindowSet {
        guard let first = channels.first else { throw .empty(what: "windows", reason: "the recording has no channels") }
        let classCount = Set(classes.values).count
        guard classCount > 0, Set(classes.values) == Set(0..<classCount) else {
            throw .invalidArgument(name: "classes", expected: "numbers 0, 1, 2 … without a gap", found: "\(classes)")
        }
        let classNames = (0..<classCount).map { number in
            classes.filter { $0.value == number }.map(\.key).sorted().joined(separator: ", ")
        }
        for channel in channels where channel.samplingRate != first.samplingRate || channel.sampleCount != first.sampleCount {
            throw .invalidArgument(
                name: "channels", expected: "all with \(first.sampleCount) samples at \(first.samplingRate) Hz",
                found: "\(channel.label) with \(channel.sampleCount) at \(channel.samplingRate) Hz")
        }
        let sampleCount = try Self.samples(in: length, rate: first.samplingRate, name: "window length")
        let step = try Self.samples(in: stride, rate: first.samplingRate, name: "window stride")

        let states = annotations.compactMap { annotation -> State? in
            guard let label = classes[annotation.text], let duration = annotation.duration, duration > 0 else { return nil }
            let start = annotation.onset * first.samplingRate
            return State(start: start, end: start + duration * first.samplingRate, label: label)
        }
        var windows: [Window] = []
        for start in Swift.stride(from: 0, through: first.sampleCount - sampleCount, by: step) {
            let part =
                switch label {
                case .whole: start..<(start + sampleCount)
                case .middle: (start + sampleCount / 2)..<(start + sampleCount / 2 + 1)
                }
            let labels = Set(states.filter { $0.holds(for: part) }.map(\.label))
            if labels.count == 1, let label = labels.first { windows.append(Window(start: start, label: label)) }
        }
        guard !windows.isEmpty else {
            throw .empty(what: "windows", reason: "no state \(classNames.joined(separator: ", ")) gives a window of \(length) s")
        }
        let shape = SignalShape(channels: channels.count, samples: sampleCount, samplingRate: first.samplingRate, outputs: classCount)
        return WindowSet(recording: self, windows: windows, shape: shape, classNames: classNames)
    }

    /// A state in sample numbers, which need not be whole.
    private struct State {
        let start: Double
        let end: Double
        let label: Int

        /// Whether the state holds for all samples of a range; an end that was rounded when it was stored must not cost a window.
        func holds(for range: Range<Int>) -> Bool {
            start <= Double(range.lowerBound) + 0.01 && Double(range.upperBound) <= end + 0.01
        }
    }

    private static func samples(in seconds: Double, rate: Double, name: String) throws(EEGDataError) -> Int {
        let count = (seconds * rate).rounded()
        guard count >= 1, count < 1e15 else {
            throw .invalidArgument(name: name, expected: "at least one sample at \(rate) Hz", found: "\(seconds) s")
        }
        return Int(count)
    }
}
