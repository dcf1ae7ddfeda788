internal import Dispatch
internal import EEGTensor
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

/// Calls `body` for the chunks `[0, grain)`, `[grain, 2 grain)` … of `0..<count`, on the library's threads; throws what failed in the first of
/// them that did.
func parallelFor(_ count: Int, grain: Int, _ body: (Range<Int>) throws(EEGDataError) -> Void) throws(EEGDataError) {
    let failure = Mutex<(start: Int, error: EEGDataError)?>(nil)
    EEGTensor.parallelFor(count, grain: grain) { range in
        do throws(EEGDataError) { try body(range) } catch {
            failure.withLock { first in
                if range.lowerBound < first?.start ?? .max { first = (range.lowerBound, error) }
            }
        }
    }
    if let error = failure.withLock({ $0?.error }) { throw error }
}
