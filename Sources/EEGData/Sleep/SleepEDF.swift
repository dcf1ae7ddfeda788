internal import Foundation

extension Recording {
    /// Opens a night with its sleep stages: those among the file's own annotations or, where there are none, those of the hypnogram beside it, as
    /// in PhysioNet's Sleep-EDF: `SC4001EC-Hypnogram.edf` belongs to `SC4001E0-PSG.edf`, the first seven characters agree.
    ///
    /// Those recordings go on for a day: of a hypnogram in its own file only half an hour of wakefulness before the first sleep and behind the
    /// last one is kept. Its onsets are moved by what lies between the starts of the two files.
    ///
    /// - Throws: `EEGDataError.empty` where there are no stages in either place; also where several hypnograms fit or a start is not known, and
    ///   what reading throws.
    public init(nightIn path: String) throws(EEGDataError) {
        self = try Recording(contentsOf: path)
        guard !annotations.holdsStages else { return }
        let hypnogram = try Recording(contentsOf: Self.hypnogram(beside: path))
        guard hypnogram.annotations.holdsStages else {
            throw .empty(what: path, reason: "no annotation is a sleep stage, nor is any of \(hypnogram.path ?? "the hypnogram")")
        }
        guard let start, let seconds = hypnogram.start?.seconds(since: start) else {
            throw .invalidArgument(name: "starts of \(path) and its hypnogram", expected: "two times", found: "unknown ones")
        }
        let delay = Double(seconds) + hypnogram.startOffset - startOffset
        annotations += hypnogram.annotations.trimmingWake(to: 1800).map { annotation in
            Annotation(onset: annotation.onset + delay, duration: annotation.duration, text: annotation.text)
        }
    }

    private static func hypnogram(beside path: String) throws(EEGDataError) -> String {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent()
        let name = file.lastPathComponent
        let night = name.wholeMatch(of: #/(S[CT]\d{4}[A-Z])\w-PSG\.edf/#.ignoresCase())?.1
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let names = files.filter { $0.wholeMatch(of: #/(S[CT]\d{4}[A-Z])\w-Hypnogram\.edf/#.ignoresCase()).map { $0.1 == night } ?? false }
        guard let found = names.first else {
            throw .empty(
                what: path,
                reason:
                    "no annotation is a sleep stage, and it is no recording of Sleep-EDF (SC4001E0-PSG.edf) with its hypnogram (SC4001EC-Hypnogram.edf) beside it"
            )
        }
        guard names.count == 1 else {
            throw .invalidArgument(name: "hypnogram of \(path)", expected: "one file", found: names.sorted().joined(separator: ", "))
        }
        return folder.appending(path: found).path
    }
}

extension [Annotation] {
    fileprivate var holdsStages: Bool { contains(where: isStage) }

    private func isStage(_ annotation: Annotation) -> Bool { SleepStage.classes[annotation.text] != nil }

    /// In the order of time, with stages of unknown duration up to the next stage.
    private var withDurations: [Annotation] {
        var result = sorted { $0.onset < $1.onset }
        for index in result.indices where result[index].duration == nil && isStage(result[index]) {
            if let next = result[(index + 1)...].first(where: isStage) { result[index].duration = next.onset - result[index].onset }
        }
        return result
    }

    /// Without stages of wakefulness, and parts of them, further than some seconds from all sleep.
    fileprivate func trimmingWake(to margin: Double) -> [Annotation] {
        func isWake(_ annotation: Annotation) -> Bool { SleepStage.classes[annotation.text] == SleepStage.wake.rawValue }
        let annotations = withDurations
        let sleep = annotations.filter { isStage($0) && !isWake($0) }
        guard let first = sleep.map(\.onset).min(), let last = sleep.map(\.end).max() else { return self }
        return annotations.compactMap { annotation in
            guard isWake(annotation) else { return annotation }
            let onset = Swift.max(annotation.onset, first - margin)
            let end = Swift.min(annotation.end, last + margin)
            guard onset < end || annotation.duration == nil && onset == end else { return nil }
            return Annotation(onset: onset, duration: annotation.duration.map { _ in end - onset }, text: annotation.text)
        }
    }
}
