internal import Synchronization

/// A value that is made when it is first asked for, by whichever thread that is.
final class HDF5Once<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    func value(_ make: () throws(EEGDataError) -> Value) throws(EEGDataError) -> Value {
        if let value = state.withLock({ $0 }) { return value }
        let value = try make()
        state.withLock { $0 = value }
        return value
    }
}
