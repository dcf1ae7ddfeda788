internal import EEGTensor

/// Why a window is not used.
public enum RejectionRule: Sendable, Hashable {
    /// In some channel the largest sample is more than this above the smallest, in the units of `WindowSet.signals(of:)`.
    case peakToPeak(above: Float)
    /// In some channel the largest sample is less than this above the smallest.
    case flat(below: Float)
    /// A sample is not a finite number.
    case nonFinite
    /// An annotation whose text begins so, such as `BAD`, overlaps the window.
    case annotation(prefix: String)
}

/// A window that was left out.
public struct RejectedWindow: Sendable, Hashable {
    public let window: Window
    /// The first rule that it breaks.
    public let reason: RejectionRule
}

extension WindowSet {
    /// The windows that break none of the rules; `rejected` holds the others. Rules about samples read all windows once.
    ///
    /// - Throws: what reading throws; a sample that is not finite only where no rule asks for it.
    public func rejecting(_ rules: RejectionRule...) throws(EEGDataError) -> WindowSet {
        let prefixes = rules.compactMap { rule -> String? in
            if case .annotation(let prefix) = rule { prefix } else { nil }
        }
        let spans = recordings.map { recording in
            recording.annotations.compactMap { annotation in
                prefixes.first { annotation.text.hasPrefix($0) }.map { (annotation.onset, annotation.end, $0) }
            }
        }
        let readsSamples = rules.count > prefixes.count
        var reasons: [Window: RejectionRule] = [:]
        for (index, window) in windows.enumerated() {
            let time = seconds(of: window)
            let overlapping = spans[window.recording].first { span in
                // A mark without a duration counts where it lies.
                span.0 < time.upperBound && (span.1 > time.lowerBound || span.0 >= time.lowerBound)
            }
            if let overlapping {
                reasons[window] = .annotation(prefix: overlapping.2)
            } else if readsSamples {
                reasons[window] = try brokenRule(at: index, rules)
            }
        }
        var result = filter { reasons[$0] == nil }
        result.rejected += windows.compactMap { window in reasons[window].map { RejectedWindow(window: window, reason: $0) } }
        return result
    }

    private func brokenRule(at index: Int, _ rules: [RejectionRule]) throws(EEGDataError) -> RejectionRule? {
        let signal: Tensor
        do throws(EEGDataError) { signal = try self.signal(of: index) } catch {
            guard case .notFinite = error, rules.contains(.nonFinite) else { throw error }
            return .nonFinite
        }
        let ranges = signal.withUnsafeBufferPointer { values in
            (0..<shape.channels).map { channel in
                let row = values[(channel * shape.samples)..<((channel + 1) * shape.samples)]
                return row.reduce(-Float.infinity, max) - row.reduce(Float.infinity, min)
            }
        }
        return rules.first { rule in
            switch rule {
            case .peakToPeak(let limit): ranges.contains { $0 > limit }
            case .flat(let limit): ranges.contains { $0 < limit }
            case .nonFinite, .annotation: false
            }
        }
    }
}
