internal import EEGTensor

/// What cutting windows of one length out of a recording needs, checked.
struct WindowCutter {
    let recording: Recording
    let rate: Double
    /// Samples of a window.
    let length: Int
    /// For each segment its clock time and the numbers of its samples.
    let segments: [(segment: Segment, samples: Range<Int>)]

    /// - Throws: where channels differ in rate or length, or the length is less than a sample.
    init(_ recording: Recording, length seconds: Double) throws(EEGDataError) {
        guard let first = recording.channels.first else { throw .empty(what: "windows", reason: "the recording has no channels") }
        for channel in recording.channels where channel.samplingRate != first.samplingRate || channel.sampleCount != first.sampleCount {
            throw .invalidArgument(
                name: "channels", expected: "all with \(first.sampleCount) samples at \(first.samplingRate) Hz",
                found: "\(channel.label) with \(channel.sampleCount) at \(channel.samplingRate) Hz")
        }
        self.recording = recording
        rate = first.samplingRate
        segments = recording.segments.map { ($0, $0.samples(of: first)) }
        length = try Self.samples(in: seconds, rate: rate, name: "window length")
    }

    /// A number of samples, at least one.
    func samples(in seconds: Double, name: String) throws(EEGDataError) -> Int {
        try Self.samples(in: seconds, rate: rate, name: name)
    }

    private static func samples(in seconds: Double, rate: Double, name: String) throws(EEGDataError) -> Int {
        let count = (seconds * rate).rounded()
        guard count >= 1, count < 1e15 else {
            throw .invalidArgument(name: name, expected: "at least one sample at \(rate) Hz", found: "\(seconds) s")
        }
        return Int(count)
    }

    /// The number, not rounded, that a sample at some seconds by the clock would have in a segment.
    func position(of seconds: Double, in segment: Segment) -> Double { (seconds - segment.start + segment.storedStart) * rate }

    /// Whether a window that starts at a sample lies in one segment.
    func fits(_ start: Int) -> Bool {
        segments.contains { $0.samples.lowerBound <= start && start + length <= $0.samples.upperBound }
    }

    /// A set of windows; a note of the recording names classes that none of its annotations has.
    ///
    /// - Throws: where there are none.
    func set(_ windows: [Window], classes: ClassMap, reason: @autoclosure () -> String) throws(EEGDataError) -> WindowSet {
        guard !windows.isEmpty else { throw .empty(what: "windows", reason: reason()) }
        let texts = Set(recording.annotations.map(\.text))
        let absent = classes.names.indices.filter { number in !texts.contains { classes.classes[$0] == number } }.map { classes.names[$0] }
        var recording = recording
        if !absent.isEmpty, classes.tellsAbsentOnes {
            let others = texts.sorted().prefix(10).joined(separator: ", ") + (texts.count > 10 ? " …" : "")
            recording = recording.noting("no annotation is called \(absent.joined(separator: "; nor ")); there are \(others)")
        }
        let shape = SignalShape(channels: recording.channels.count, samples: length, samplingRate: rate, outputs: classes.names.count)
        return WindowSet(recording: recording, windows: windows, shape: shape, classNames: classes.names)
    }
}

/// The classes of the texts of annotations, checked to be numbered without a gap.
struct ClassMap {
    let classes: [String: Int]
    let names: [String]
    /// Whether classes that no annotation has are worth a note.
    let tellsAbsentOnes: Bool

    /// The one class of windows without labels.
    static let all = ClassMap(classes: [:], names: ["all"], tellsAbsentOnes: false)

    private init(classes: [String: Int], names: [String], tellsAbsentOnes: Bool) {
        (self.classes, self.names, self.tellsAbsentOnes) = (classes, names, tellsAbsentOnes)
    }

    init(_ classes: [String: Int], tellsAbsentOnes: Bool = true) throws(EEGDataError) {
        let count = Set(classes.values).count
        guard count > 0, Set(classes.values) == Set(0..<count) else {
            throw .invalidArgument(name: "classes", expected: "numbers 0, 1, 2 … without a gap", found: "\(classes)")
        }
        self.classes = classes
        self.tellsAbsentOnes = tellsAbsentOnes
        names = (0..<count).map { number in classes.filter { $0.value == number }.map(\.key).sorted().joined(separator: ", ") }
    }
}
