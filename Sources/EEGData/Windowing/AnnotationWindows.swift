/// What happens to the end of an annotation that is no multiple of the stride long.
public enum WindowTail: Sendable {
    /// It is left out.
    case dropped
    /// A last window ends with the annotation and overlaps the one before it.
    case overlapping
}

extension Recording {
    /// One window for each event: the stretch around the onset of an annotation.
    ///
    /// Windows that leave the recording or cross a gap are left out. Where no annotation has one of the classes, `notes` of the recording in the
    /// result say so.
    ///
    /// - Parameters:
    ///   - classes: for the texts of annotations their classes, which must be 0, 1, 2 … without a gap.
    ///   - start: seconds from the onset to the start of the window, often negative.
    ///   - end: seconds from the onset to the end of the window.
    /// - Throws: `EEGDataError` where the classes are not numbered so, the end does not lie behind the start, channels differ in rate or
    ///   length, or no window results.
    public func windows(around classes: [String: Int], from start: Double, to end: Double) throws(EEGDataError) -> WindowSet {
        let classes = try ClassMap(classes)
        let cutter = try WindowCutter(self, length: end - start)
        var windows: [Window] = []
        for (index, annotation) in annotations.enumerated() {
            guard let label = classes.classes[annotation.text] else { continue }
            for (segment, samples) in cutter.segments {
                let first = cutter.position(of: annotation.onset + start, in: segment).rounded()
                guard first >= Double(samples.lowerBound), first + Double(cutter.length) <= Double(samples.upperBound) else { continue }
                windows.append(Window(start: Int(first), label: label, annotation: index))
                break
            }
        }
        return try cutter.set(
            windows.sorted { $0.start < $1.start }, classes: classes,
            reason: "no event \(classes.names.joined(separator: ", ")) with its window lies in the recording")
    }

    /// Windows laid into annotations, from the onset of each on: sleep stages scored by epochs of 30 s, for example, where an annotation may
    /// stand for many epochs.
    ///
    /// Annotations are cut off at the ends of segments; what then lasts less than a window gives none. Where no annotation has one of the classes,
    /// `notes` of the recording in the result say so.
    ///
    /// - Parameters:
    ///   - classes: for the texts of annotations their classes, which must be 0, 1, 2 … without a gap.
    ///   - length: seconds of a window.
    ///   - stride: seconds from the start of a window to that of the next; nil: the length.
    ///   - defaultDuration: seconds that an annotation without a duration stands for; nil: up to the next annotation of these classes, the last
    ///     one for the length of a window.
    /// - Throws: `EEGDataError` where the classes are not numbered so, length or stride is not positive, channels differ in rate or length, or
    ///   no window results.
    public func windows(
        alignedTo classes: [String: Int], length: Double, stride: Double? = nil, tail: WindowTail = .dropped, defaultDuration: Double? = nil
    ) throws(EEGDataError) -> WindowSet {
        try windows(alignedTo: ClassMap(classes), length: length, stride: stride, tail: tail, defaultDuration: defaultDuration)
    }

    func windows(
        alignedTo classes: ClassMap, length: Double, stride: Double? = nil, tail: WindowTail = .dropped, defaultDuration: Double? = nil
    ) throws(EEGDataError) -> WindowSet {
        let cutter = try WindowCutter(self, length: length)
        let step = try cutter.samples(in: stride ?? length, name: "window stride")
        let marks = annotations.indices.filter { classes.classes[annotations[$0].text] != nil }
            .sorted { annotations[$0].onset < annotations[$1].onset }
        var windows: [Window] = []
        for (place, index) in marks.enumerated() {
            let annotation = annotations[index]
            guard let label = classes.classes[annotation.text] else { continue }
            let next = place + 1 < marks.count ? annotations[marks[place + 1]].onset - annotation.onset : length
            let end = annotation.onset + (annotation.duration ?? defaultDuration ?? next)
            for (segment, samples) in cutter.segments {
                let first = max(samples.lowerBound, clamped(cutter.position(of: annotation.onset, in: segment)))
                let last = min(samples.upperBound, clamped(cutter.position(of: end, in: segment)))
                guard last - first >= cutter.length else { continue }
                var starts = Array(Swift.stride(from: first, through: last - cutter.length, by: step))
                if tail == .overlapping, let final = starts.last, final + cutter.length < last { starts.append(last - cutter.length) }
                windows += starts.map { Window(start: $0, label: label, annotation: index) }
            }
        }
        return try cutter.set(
            windows, classes: classes, reason: "no annotation \(classes.names.joined(separator: ", ")) lasts \(length) s in the recording")
    }

    /// The nearest whole number, within what sample numbers can be.
    private func clamped(_ position: Double) -> Int { Int(max(-1e15, min(1e15, position.rounded()))) }
}
