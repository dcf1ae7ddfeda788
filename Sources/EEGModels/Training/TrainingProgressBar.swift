internal import EEGFiles
internal import Synchronization

/// A line on standard error that shows how far training is: the batch, the loss, windows a second and the time left. It shows nothing where
/// standard error is not a terminal.
public struct TrainingProgressBar: TrainingCallback {
    private let state = State()

    private final class State: Sendable {
        struct Course: @unchecked Sendable {
            let bar = ProgressBar("training")
            var epochStart = ContinuousClock.now
        }

        let course = Mutex(Course())
    }

    public init() {}

    public func batchDidEnd(_ report: BatchReport) {
        state.course.withLock { course in
            if report.batch == 1 { course.epochStart = .now }
            let seconds = (ContinuousClock.now - course.epochStart) / .seconds(1)
            course.bar.title = "epoch \(report.epoch)/\(report.epochs)"
            let done = report.batchCount.map { Double(report.batch) / Double(max(1, $0)) }
            let fraction = done.map { (Double(report.epoch - 1) + min(1, $0)) / Double(report.epochs) }
            course.bar.update(fraction, note: "batch \(report.batch), loss \(threeDecimals(report.loss)), \(rate(report, seconds))")
        }
    }

    public func epochDidEnd(_ history: TrainingHistory, model: any Model) -> TrainingDecision {
        state.course.withLock { $0.bar.finish() }
        return .goOn
    }

    public func trainingDidEnd(_ history: TrainingHistory) { state.course.withLock { $0.bar.finish() } }

    private func rate(_ report: BatchReport, _ seconds: Double) -> String {
        // The clock starts behind the first batch.
        guard report.batch > 1, seconds > 0 else { return "" }
        let windows = Double(report.windowCount) * Double(report.batch - 1) / Double(report.batch)
        return "\(Int((windows / seconds).rounded())) windows/s"
    }
}
