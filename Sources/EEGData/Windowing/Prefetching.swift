internal import EEGTensor
internal import Foundation

/// Makes values 0, 1, 2 … on threads of their own and hands them to `body` in that order, on the calling thread.
///
/// At most `ahead` values are ready or in work at a time. Each worker runs its operations on its own thread alone. What `make` or `body` throws is
/// thrown here; the threads have ended when this returns.
func forEachPrefetched<Value: Sendable>(
    _ count: Int, workers: Int, ahead: Int, _ make: @escaping @Sendable (Int) throws -> Value, _ body: (Value) throws -> Void
) throws {
    let queue = PrefetchQueue<Value>(count: count, ahead: ahead)
    let running = min(workers, count, ahead)
    for _ in 0..<running {
        let thread = Thread {
            EEGRuntime.with(threads: 1) {
                while let number = queue.claim() { queue.put(Result { try make(number) }, at: number) }
            }
            queue.leave()
        }
        // Filters and readers keep scratch memory on the stack; secondary threads have but 512 KiB of it on some systems.
        thread.stackSize = 8 << 20
        thread.start()
    }
    defer { queue.cancel(waitingFor: running) }
    for number in 0..<count { try body(queue.take(number).get()) }
}

/// Hands out numbers to workers and collects what they make.
///
/// All fields are guarded by `condition`.
private final class PrefetchQueue<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private let ahead: Int
    private var claimed = 0
    private var taken = 0
    private var left = 0
    private var isCancelled = false
    private var ready: [Int: Result<Value, any Error>] = [:]

    init(count: Int, ahead: Int) {
        self.count = count
        self.ahead = ahead
    }

    /// The next number to make, or nil where there is none; waits while enough is ready.
    func claim() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !isCancelled, claimed < count, claimed >= taken + ahead { condition.wait() }
        guard !isCancelled, claimed < count else { return nil }
        claimed += 1
        return claimed - 1
    }

    func put(_ value: Result<Value, any Error>, at number: Int) {
        condition.lock()
        ready[number] = value
        condition.broadcast()
        condition.unlock()
    }

    func take(_ number: Int) -> Result<Value, any Error> {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let value = ready.removeValue(forKey: number) {
                taken = number + 1
                condition.broadcast()
                return value
            }
            condition.wait()
        }
    }

    func leave() {
        condition.lock()
        left += 1
        condition.broadcast()
        condition.unlock()
    }

    /// Ends the work and waits until as many workers have left.
    func cancel(waitingFor workers: Int) {
        condition.lock()
        isCancelled = true
        condition.broadcast()
        while left < workers { condition.wait() }
        condition.unlock()
    }
}
