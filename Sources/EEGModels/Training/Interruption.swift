internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// While one lives, Ctrl-C (SIGINT) and SIGTERM ask for an orderly end of all runs instead of ending the program; a second signal ends it. A
/// signal that the program ignores stays ignored.
final class Interruption {
    /// What signals did before the first of those that live.
    private struct Handlers: @unchecked Sendable {
        var users = 0
        var previous: [(signal: Int32, action: sigaction)] = []
    }

    private static let isRequested = Atomic(false)
    private static let handlers = Mutex(Handlers())

    init() {
        Self.handlers.withLock { handlers in
            handlers.users += 1
            if handlers.users == 1 { handlers.previous = Self.install() }
        }
    }

    deinit {
        Self.handlers.withLock { handlers in
            handlers.users -= 1
            guard handlers.users == 0 else { return }
            for (number, action) in handlers.previous {
                var action = action
                sigaction(number, &action, nil)
            }
        }
    }

    /// Returns what the signals did before.
    private static func install() -> [(signal: Int32, action: sigaction)] {
        isRequested.store(false, ordering: .relaxed)
        var previous: [(signal: Int32, action: sigaction)] = []
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
            guard sigaction(number, nil, &old) == 0, !isIgnored(old) else { continue }
            if sigaction(number, &action, nil) == 0 { previous.append((number, old)) }
        }
        return previous
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        #if canImport(Glibc)
            let handler = action.__sigaction_handler.sa_handler
        #else
            let handler = action.__sigaction_u.__sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Whether the end was asked for.
    var isRequested: Bool { Self.isRequested.load(ordering: .relaxed) }

    /// - Throws: `TrainingError.interrupted` where the end was asked for.
    func check(_ checkpointing: Checkpointing) throws(TrainingError) {
        if isRequested { throw .interrupted(checkpoint: checkpointing.path) }
    }
}
