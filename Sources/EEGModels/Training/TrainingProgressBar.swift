internal import EEGFiles
internal import Synchronization

/// A line on standard error that shows how far training is: the batch, the loss, windows a second and the time left. It shows nothing where
/// standard error is not a terminal.
public struct TrainingProgressBar: TrainingCallback {
    private let state = State()

    private final class State: Sendable {
        struct Course: @unchecked Sendable {
            let bar = ProgressBar("training")
            /// The batch that the clock started behind, of this epoch.
            var first: (epoch: Int, windows: Int, time: ContinuousClock.Instant)?
        }

        let course = Mutex(Course())
    }

    public init() {}

    public func batchDidEnd(_ report: BatchReport) {
        state.course.withLock { course in
            let first = course.first.flatMap { $0.epoch == report.epoch ? $0 : nil } ?? (report.epoch, report.windowCount, .now)
            course.first = first
            let rate = rate(report.windowCount - first.windows, (ContinuousClock.now - first.time) / .seconds(1))
            course.bar.title = "epoch \(report.epoch)/\(report.epochs)"
            let done = report.batchCount.map { Double(report.batch) / Double(max(1, $0)) }
            let fraction = done.map { (Double(report.epoch - 1) + min(1, $0)) / Double(report.epochs) }
            course.bar.update(fraction, note: "batch \(report.batch), loss \(threeDecimals(report.loss)), \(rate)")
        }
    }

    public func epochDidEnd(_ history: TrainingHistory, model: any Model) -> TrainingDecision {
        state.course.withLock { $0.bar.finish() }
        return .goOn
    }

    public func trainingDidEnd(_ history: TrainingHistory) { state.course.withLock { $0.bar.finish() } }

    private func rate(_ windows: Int, _ seconds: Double) -> String {
        windows > 0 && seconds > 0 ? "\(Int((Double(windows) / seconds).rounded())) windows/s" : ""
    }
}
