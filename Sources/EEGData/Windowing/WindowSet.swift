public import EEGTensor

/// Windows of equal length cut from one or more recordings. Their samples are read when they are asked for.
public struct WindowSet: Sendable {
    /// In the order in which windows number them.
    public private(set) var recordings: [Recording]
    /// In the order of the recordings, then of time.
    public private(set) var windows: [Window]
    /// Size of a window and number of classes.
    public let shape: SignalShape
    /// For each class the text of its annotations; several texts are joined by commas.
    public let classNames: [String]
    /// Whether each window is read without its mean, channel by channel: recorders often add an offset that drifts.
    public var removesMean = false
    /// What was left out by `rejecting`, and why.
    public internal(set) var rejected: [RejectedWindow] = []

    init(recording: Recording, windows: [Window], shape: SignalShape, classNames: [String]) {
        recordings = [recording]
        self.windows = windows
        self.shape = shape
        self.classNames = classNames
    }

    /// The windows of several sets as one.
    ///
    /// - Throws: where there are no sets, or they differ in shape, classes, channels or the treatment of means.
    public init(joining sets: [WindowSet]) throws(EEGDataError) {
        guard let first = sets.first else { throw .empty(what: "windows", reason: "there are no sets to join") }
        self = first
        for set in sets.dropFirst() {
            guard set.shape == shape, set.classNames == classNames, set.removesMean == removesMean, set.channelNames == channelNames else {
                throw .invalidArgument(
                    name: "windows to join", expected: "\(shape) of classes \(classNames), channels \(channelNames)",
                    found: "\(set.shape) of classes \(set.classNames), channels \(set.channelNames)")
            }
            let offset = recordings.count
            recordings += set.recordings
            windows += set.windows.map { $0.moved(to: $0.recording + offset) }
            rejected += set.rejected.map { RejectedWindow(window: $0.window.moved(to: $0.window.recording + offset), reason: $0.reason) }
        }
    }

    /// The windows that `cut` makes of each of several recordings, as one set; recordings that give none are left out.
    ///
    /// ```swift
    /// let nights = try WindowSet(of: recordings) { night throws(EEGDataError) in
    ///     try night.windows(alignedTo: ["W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4], length: 30)
    /// }
    /// ```
    public init(of recordings: [Recording], _ cut: (Recording) throws(EEGDataError) -> WindowSet) throws(EEGDataError) {
        var sets: [WindowSet] = []
        for recording in recordings {
            do throws(EEGDataError) { sets.append(try cut(recording)) } catch {
                guard case .empty = error else { throw error }
            }
        }
        try self.init(joining: sets)
    }

    private var channelNames: [String] { recordings.first?.channels.map { $0.electrode ?? $0.name } ?? [] }

    /// The number of windows.
    public var count: Int { windows.count }

    /// For each class the number of windows.
    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: shape.outputs)
        for window in windows { counts[window.label] += 1 }
        return counts
    }

    /// For each class the weight that makes all classes count alike in a loss: the number of windows over that of classes times that of the
    /// class; 0 for a class without windows.
    public var classWeights: [Float] {
        classCounts.map { $0 == 0 ? 0 : Float(count) / Float(shape.outputs * $0) }
    }

    /// Start and end of a window in seconds by the clock, from the first sample of its recording.
    public func seconds(of window: Window) -> ClosedRange<Double> {
        let start = recordings[window.recording].clockTime(ofSample: window.start, rate: shape.samplingRate)
        return start...(start + shape.duration)
    }

    /// What is known of a window beside its samples.
    public func metadata(of window: Window) -> WindowMetadata {
        let recording = recordings[window.recording]
        return WindowMetadata(
            subject: recording.subject, session: recording.session, path: recording.path, seconds: seconds(of: window),
            className: classNames[window.label], annotation: window.annotation.map { recording.annotations[$0] })
    }

    /// The windows that `isIncluded` accepts.
    public func filter(_ isIncluded: (Window) -> Bool) -> WindowSet {
        var result = self
        result.windows = windows.filter(isIncluded)
        return result
    }

    /// The set with each recording replaced by one with the same channels, samples and segments, such as a cached one.
    func replacingRecordings(_ replace: (Recording) throws(EEGDataError) -> Recording) throws(EEGDataError) -> WindowSet {
        var result = self
        for index in recordings.indices { result.recordings[index] = try replace(recordings[index]) }
        return result
    }

    /// The samples of some windows, `[window, channel, time]`: voltages in microvolts, magnetic fields in teslas, other quantities in their
    /// units.
    ///
    /// - Throws: `EEGDataError.notFinite` where a sample is not a finite number, and what reading throws.
    public func signals(of indices: [Int]) throws(EEGDataError) -> Tensor {
        let size = shape.channels * shape.samples
        return try Tensor(unsafeUninitializedShape: [indices.count, shape.channels, shape.samples]) {
            target throws(EEGDataError) in
            for (place, index) in indices.enumerated() {
                try read(windows[index], into: UnsafeMutableBufferPointer(rebasing: target[(place * size)..<((place + 1) * size)]))
            }
        }
    }

    /// The samples of one window, `[channel, time]`, in the units of `signals(of:)`.
    public func signal(of index: Int) throws(EEGDataError) -> Tensor {
        try Tensor(unsafeUninitializedShape: [shape.channels, shape.samples]) { target throws(EEGDataError) in
            try read(windows[index], into: target)
        }
    }

    private func read(_ window: Window, into target: UnsafeMutableBufferPointer<Float>) throws(EEGDataError) {
        let recording = recordings[window.recording]
        let range = window.start..<(window.start + shape.samples)
        let signals = try recording.samples(of: Array(recording.channels.indices), in: recording.channels.map { _ in range })
        for (row, signal) in signals.enumerated() {
            let channel = recording.channels[row]
            let sum = signal.reduce(0) { $0 + Double($1) }
            if !sum.isFinite, let bad = signal.firstIndex(where: { !$0.isFinite }) {
                let time = recording.clockTime(ofSample: range.lowerBound + bad, rate: shape.samplingRate)
                throw .notFinite(what: "window", channel: channel.label, time: time)
            }
            let mean = removesMean ? sum / Double(signal.count) : 0
            let scale = channel.unit.factor(to: channel.unit.standard) ?? 1
            for (time, value) in signal.enumerated() { target[row * shape.samples + time] = Float((Double(value) - mean) * scale) }
        }
    }
}

extension Recording {
    /// Seconds, by the clock, from the first sample to a sample of the channels with a rate.
    func clockTime(ofSample sample: Int, rate: Double) -> Double {
        let stored = Double(sample) / rate
        guard segments.count > 1 else { return stored }
        // The segment of the sample is the last one that starts at it or before.
        let segment = segments.last { ($0.storedStart * rate).rounded() <= Double(sample) } ?? segments[0]
        return segment.start + (stored - segment.storedStart)
    }
}
