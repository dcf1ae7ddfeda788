#if canImport(Glibc)
    internal import Glibc
#endif

/// An array whose memory `fill` writes, every byte of it.
package func makeArray<Value>(
    count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void
) throws(EEGDataError) -> [Value] {
    var failure: EEGDataError?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(count * MemoryLayout<Value>.stride)])
        askForLargePages(bytes)
        do throws(EEGDataError) {
            try fill(bytes)
            initialized = count
        } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    return values
}

/// Fresh memory comes page by page, at the first touch of each: large pages make that several times quicker.
private func askForLargePages(_ bytes: UnsafeMutableRawBufferPointer) {
    #if canImport(Glibc)
        let page = 1 << 21
        guard bytes.count >= 4 * page, let base = bytes.baseAddress else { return }
        let skipped = (page - Int(bitPattern: base) % page) % page
        madvise(base + skipped, bytes.count - skipped, MADV_HUGEPAGE)
    #endif
}
