import ArgumentParser

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
}
