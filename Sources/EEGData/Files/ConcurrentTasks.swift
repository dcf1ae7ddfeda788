internal import Dispatch
internal import Synchronization

/// Calls `task` with the numbers `0..<count`, on all cores; throws what failed first.
func performConcurrently(_ count: Int, _ task: @Sendable (Int) throws(EEGDataError) -> Void) throws(EEGDataError) {
    let failure = Mutex<EEGDataError?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { number in
        guard failure.withLock({ $0 == nil }) else { return }
        do throws(EEGDataError) { try task(number) } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
}
