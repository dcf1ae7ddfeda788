#if canImport(Glibc)
    internal import Glibc
#endif

/// Asks the system to back fresh memory with large pages: taking small ones is a good part of the time in which a file is read.
func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
    #if canImport(Glibc)
        guard let base = memory.baseAddress, memory.count >= 4 << 20 else { return }
        let page = 4096
        let start = (UInt(bitPattern: base) + UInt(page) - 1) & ~UInt(page - 1)
        let end = (UInt(bitPattern: base) + UInt(memory.count)) & ~UInt(page - 1)
        guard let first = UnsafeMutableRawPointer(bitPattern: start), end > start else { return }
        // Only advice: nothing depends on whether it is followed.
        madvise(first, Int(end - start), Int32(MADV_HUGEPAGE))
    #endif
}
