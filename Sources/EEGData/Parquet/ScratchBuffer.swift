internal import Synchronization

/// Memory that is used again from page to page.
final class ScratchBuffer {
    /// Readable bytes behind the end, for code that loads whole words.
    static let padding = 16

    private(set) var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: padding, alignment: 64)

    deinit { memory.deallocate() }

    /// The first `count` bytes. What they held is lost, but for the first `kept`.
    func reserve(_ count: Int, keeping kept: Int = 0) -> UnsafeMutableRawBufferPointer {
        if memory.count < count + Self.padding {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count + count / 8 + Self.padding, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<kept]))
            memory.deallocate()
            memory = larger
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}

/// Buffers that the tasks of one call hand on to one another: fresh memory costs more than what is done in it.
final class ScratchBuffers: Sendable {
    private let free = Mutex<[Scratch]>([])

    /// Moved between tasks, used by one at a time.
    struct Scratch: @unchecked Sendable {
        let window = ScratchBuffer()
        let decompressed = ScratchBuffer()
    }

    func take() -> Scratch { free.withLock { $0.popLast() } ?? Scratch() }

    func giveBack(_ scratch: Scratch) { free.withLock { $0.append(scratch) } }
}
