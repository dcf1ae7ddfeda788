import ArgumentParser

@main
struct EEGTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eegtool", abstract: "Shows, converts and draws files of EEG and MEG, of any supported format.",
        subcommands: [Info.self, Convert.self, Plot.self, PickleToHDF5.self])
}
