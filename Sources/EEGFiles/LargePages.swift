#if canImport(Glibc)
    internal import Glibc
#endif

/// Asks the system to back fresh memory with large pages: taking small ones, at the first touch of each, is a good part of the time in which a
/// file is read.
package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
    #if canImport(Glibc)
        guard let base = memory.baseAddress, memory.count >= 1 << 20 else { return }
        // Whole pages, beyond both ends: arrays that lie side by side then share large pages.
        let page = 4096
        let skipped = Int(bitPattern: base) % page
        // Only advice: nothing depends on whether it is followed.
        madvise(base - skipped, (skipped + memory.count + page - 1) / page * page, Int32(MADV_HUGEPAGE))
    #endif
}
