import Foundation

/// A line on standard error that shows how far a long work is and how long it may take; nothing where standard error is not a terminal, and
/// nothing for work of less than half a second.
final class ProgressBar {
    private let title: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?

    init(_ title: String) { self.title = title }

    /// - Parameter fraction: what is done, from 0 to 1.
    func update(_ fraction: Double) {
        let now = ContinuousClock.now
        guard isShown, now - start > .milliseconds(500), now - (lastShown ?? start) > .milliseconds(100) else { return }
        lastShown = now
        let elapsed = (now - start) / .seconds(1)
        let left = fraction > 0 ? "\(Int((elapsed / fraction - elapsed).rounded(.up))) s left" : ""
        let filled = Int(fraction * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\u{1B}[K\(title) \(bar) \(Int(fraction * 100)) % \(left)")
    }

    /// Removes the line.
    func finish() {
        guard lastShown != nil else { return }
        write("\r\u{1B}[K")
        lastShown = nil
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
