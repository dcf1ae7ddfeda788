internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// While it lives, Ctrl-C (SIGINT) and SIGTERM ask for an orderly end instead of ending the program; a second signal ends it.
final class Interruption {
    private static let isRequested = Atomic(false)
    private var previous: [(signal: Int32, action: sigaction)] = []

    init() {
        Self.isRequested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            var old = sigaction()
            let handler: @convention(c) (Int32) -> Void = { _ in Interruption.isRequested.store(true, ordering: .relaxed) }
            #if canImport(Glibc)
                action.__sigaction_handler.sa_handler = handler
            #else
                action.__sigaction_u.__sa_handler = handler
            #endif
            // The handler serves once; then the signal does again what it did.
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | Int32(SA_RESTART)
            if sigaction(number, &action, &old) == 0 { previous.append((number, old)) }
        }
    }

    deinit {
        for (number, action) in previous {
            var action = action
            sigaction(number, &action, nil)
        }
    }

    /// Whether the end was asked for.
    var isRequested: Bool { Self.isRequested.load(ordering: .relaxed) }

    /// - Throws: `TrainingError.interrupted` where the end was asked for.
    func check(_ checkpointing: Checkpointing) throws(TrainingError) {
        if isRequested { throw .interrupted(checkpoint: checkpointing.path) }
    }
}
