/// The stages of sleep of the AASM manual, numbered as classifiers number them.
public enum SleepStage: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case wake, n1, n2, n3, rem

    /// `W`, `N1`, `N2`, `N3` or `R`.
    public var description: String { ["W", "N1", "N2", "N3", "R"][rawValue] }

    /// For the texts of annotations their classes: `W` or `Sleep stage W` and so on, and the stages 1 to 4 of Rechtschaffen and Kales, of which
    /// 3 and 4 are N3.
    public static let classes: [String: Int] = {
        var classes: [String: Int] = [:]
        for stage in allCases {
            classes["\(stage)"] = stage.rawValue
            classes["Sleep stage \(stage)"] = stage.rawValue
        }
        for (text, stage) in [("1", SleepStage.n1), ("2", .n2), ("3", .n3), ("4", .n3)] { classes["Sleep stage \(text)"] = stage.rawValue }
        return classes
    }()
}

extension Recording {
    /// Windows for sleep staging, with the classes of ``SleepStage``: laid one after the other into each annotation of a stage from its onset, and, where
    /// the annotation is no whole number of windows long, a last one that ends with it.
    ///
    /// A stage, or what is left of it before the end of the recording, that is shorter than a window gives none; `notes` of the recording in
    /// the result say which.
    ///
    /// - Parameter length: seconds of a window.
    /// - Throws: as `windows(alignedTo:length:stride:tail:defaultDuration:)`.
    public func sleepWindows(length: Double = 30) throws(EEGDataError) -> WindowSet {
        // A night need not have every stage.
        let windows = try windows(alignedTo: ClassMap(SleepStage.classes, tellsAbsentOnes: false), length: length, tail: .overlapping)
        let used = Set(windows.windows.compactMap(\.annotation))
        let unused = annotations.indices.filter { SleepStage.classes[annotations[$0].text] != nil && !used.contains($0) }
        guard !unused.isEmpty else { return windows }
        let texts = unused.prefix(5).map { "\(annotations[$0].text) at \(annotations[$0].onset) s" } + (unused.count > 5 ? ["…"] : [])
        let note =
            "\(unused.count) stages shorter than a window of \(length) s in the recording were left out: \(texts.joined(separator: ", "))"
        return try windows.replacingRecordings { recording throws(EEGDataError) in recording.noting(note) }
    }
}
