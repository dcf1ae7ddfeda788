import ArgumentParser
import EEGData

struct PickleToHDF5: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pickle-to-hdf5", abstract: "Converts a pickle of raw MEG blocks with spikes (data_raw_N.pkl) to HDF5 (meg-spikes-raw).")

    @Argument(help: "The pickle: a dictionary of meg, events, reannot and file.")
    var input: String
    @Argument(help: "The HDF5 file to write.")
    var output: String

    func run() throws {
        let progress = ProgressBar("converting")
        try convertMEGSpikePickle(input, to: output) { done, total in progress.update(Double(done) / Double(max(1, total))) }
        progress.finish()
        let converted = try MEGSpikeRecording(contentsOf: output)
        print("\(output): \(converted.blocks.count) blocks, \(converted.header.channelNames.count) channels at \(converted.header.samplingRate) Hz")
    }
}
