import ArgumentParser

@main
struct EyeState: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eye-state", abstract: "Tells open from closed eyes in an EEG recording with a small convolutional network.",
        subcommands: [Train.self, Convert.self], defaultSubcommand: Train.self)
}
