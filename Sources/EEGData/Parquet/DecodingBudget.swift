internal import Synchronization

/// Counts the bytes that the tasks of one call decode, against the limit.
final class DecodingBudget: Sendable {
    private let left: Atomic<Int>
    private let limits: ReadLimits

    init(_ limits: ReadLimits) {
        left = Atomic(limits.decodedBytes)
        self.limits = limits
    }

    func take(_ count: Int, at place: @autoclosure () -> FilePlace) throws(EEGDataError) {
        guard left.subtract(count, ordering: .relaxed).newValue >= 0 else {
            throw place().unsupported("more than \(limits.decodedBytes) decoded bytes, the limit")
        }
    }
}
