import ArgumentParser

@main
struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains networks of the zoo on labelled recordings and tests them on runs, people or nights that were held out.",
        subcommands: [Train.self, Predict.self, Export.self], defaultSubcommand: Train.self)
}
