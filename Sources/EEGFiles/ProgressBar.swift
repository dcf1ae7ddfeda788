internal import Foundation

/// A line on standard error that shows how far a long work is and how long it may take; nothing where standard error is not a terminal, and
/// nothing for work of less than half a second.
package final class ProgressBar {
    /// Shown before the bar.
    package var title: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    /// Where the work began: a resumed one is partly done.
    private var startFraction: Double?
    private var lastShown: ContinuousClock.Instant?

    package init(_ title: String) { self.title = title }

    /// - Parameters:
    ///   - fraction: what is done, from 0 to 1; nil where it is not known.
    ///   - note: shown behind the bar.
    package func update(_ fraction: Double?, note: @autoclosure () -> String = "") {
        let now = ContinuousClock.now
        if startFraction == nil { startFraction = fraction }
        guard isShown, now - start > .milliseconds(500), now - (lastShown ?? start) > .milliseconds(100) else { return }
        lastShown = now
        var parts = [title]
        if let fraction {
            let filled = min(30, max(0, Int(fraction * 30)))
            parts += [String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled), "\(Int(fraction * 100)) %"]
        }
        parts.append(note())
        if let fraction, let startFraction, fraction > startFraction {
            let elapsed = (now - start) / .seconds(1)
            parts.append("\(duration(elapsed * (1 - fraction) / (fraction - startFraction))) left")
        }
        write("\r\u{1B}[K" + parts.filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// Removes the line.
    package func finish() {
        guard lastShown != nil else { return }
        write("\r\u{1B}[K")
        lastShown = nil
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Seconds, rounded up, as hours, minutes and seconds.
private func duration(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 1e9).rounded(.up))
    if seconds < 120 { return "\(seconds) s" }
    return seconds < 7200 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
}
