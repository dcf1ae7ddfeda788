import ArgumentParser
import Foundation

@main
struct DSF: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dsf",
        abstract: "Dynamic spatial filtering: networks that turn away from corrupted EEG channels.",
        discussion: """
            After Banville, Wood, Aimone, Engemann and Gramfort, "Robust learning from corrupted EEG with dynamic spatial filtering", NeuroImage 251 \
            (2022). Docs/DynamicSpatialFiltering.md tells what is reproduced and what differs.
            """,
        subcommands: [
            Demo.self, Train.self, Evaluate.self, Experiment.self, Plot.self, Inspect.self, Synthesize.self, Export.self, TimeEpochs.self,
        ],
        defaultSubcommand: Demo.self)

    static func main() {
        raiseFileLimit()
        main(nil)
    }

    /// Allows as many open files as the system does: each night keeps its own, and there may be a thousand.
    private static func raiseFileLimit() {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        // No more than Darwin takes.
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 10_240))
        _ = setrlimit(resource, &limit)
    }
}
