/// An array whose memory `fill` writes, every byte of it.
package func makeArray<Value>(
    count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(EEGDataError) -> Void
) throws(EEGDataError) -> [Value] {
    var failure: EEGDataError?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(count * MemoryLayout<Value>.stride)])
        adviseLargePages(bytes)
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
