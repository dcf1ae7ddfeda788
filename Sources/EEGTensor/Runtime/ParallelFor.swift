internal import CEEGKernels

/// Calls `body` for each chunk `[0, grain)`, `[grain, 2 grain)` … of `0..<count`, on the library's threads.
///
/// The chunks depend on `count` and `grain` alone, so a body that keeps one partial result a chunk gives the same bits at any number of
/// threads. Choose the grain so that a chunk works for at least 10 µs. A nested call runs its chunks serially.
///
/// - Parameter body: runs on several threads at once; chunks must write to memory of their own.
public func parallelFor(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    withoutActuallyEscaping(body) { body in
        var context = body
        withUnsafeMutablePointer(to: &context) { pointer in
            ceeg_parallel_for(
                Int64(count), Int64(grain),
                { context, begin, end in
                    guard let context else { return }
                    context.assumingMemoryBound(to: ((Range<Int>) -> Void).self).pointee(Int(begin)..<Int(end))
                }, pointer)
        }
    }
}
