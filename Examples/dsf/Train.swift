import ArgumentParser
import EEGTensor
import Foundation

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a sleep stager and tests it on recordings that were held out.",
        discussion: """
            Recordings of the PhysioNet Challenge of 2018 are looked for where PC18_DATASET_PATH says. Preprocessed signals are kept in the folder that \
            JOBLIB_CACHE_DIR names; none for no cache. A run that was ended goes on where its last epoch ended when it is started again with the same \
            --exp_dir.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var fidelity: FidelityOptions

    @Option(name: .customLong("save_dir"), help: "Where runs go: in a folder of the data set and one of the time.")
    var saveDir = "./runs"

    @Option(name: .customLong("exp_dir"), help: "The folder of the run itself, in place of one of the time in --save_dir.")
    var expDir: String?

    @Option(help: "Where first weights, orders, dropout and augmentation come from.")
    var seed: UInt64 = 87

    @Option(help: "The network: \(CellSettings.modelName) is the only one.")
    var model = CellSettings.modelName

    @Option(help: "Dropout in front of the last layer.")
    var dropout = 0.5

    @Option(name: .customLong("n_conv_chs"), help: "Filters over time.")
    var convolutionChannels = 16

    @Option(name: .customLong("dsf_type"), help: "The spatial filter: \(FilterType.allCases.map(\.rawValue).joined(separator: ", ")).")
    var dsfType = FilterType.vanilla

    @Option(name: .customLong("dsf_n_out_channels"), help: "Virtual channels of the filter; None for as many as channels.")
    var dsfOutputs = OptionalCount(value: nil)

    @Option(help: "\(Denoising.allCases.map(\.rawValue).joined(separator: ", ")).")
    var denoising = Denoising.nothing

    @Option(name: .customLong("lr"), help: "Size of AdamW's steps.")
    var learningRate = 1e-3

    @Option(name: .customLong("batch_size"), help: "Windows of a batch.")
    var batchSize = 64

    @Option(name: .customLong("n_epochs"), help: "Passes over the training windows.")
    var epochs = 5

    @Option(help: "Epochs without a lower validation loss, after which training ends.")
    var patience = 5

    @Option(name: .customLong("weight_decay"), help: "Decay of all parameters.")
    var weightDecay = 0.001

    @Option(name: .customLong("cosine_annealing"), help: "Whether the learning rate falls to 0 along a cosine.", transform: boolean)
    var cosineAnnealing = true

    func validate() throws {
        guard model == CellSettings.modelName else { throw ValidationError("the only network is \(CellSettings.modelName)") }
        try checkTraining(epochs: epochs, patience: patience, batchSize: batchSize, learningRate: learningRate)
        guard weightDecay >= 0, weightDecay.isFinite else { throw ValidationError("the decay of parameters must be 0 or more") }
        // Settings that no network can have are told before the recordings are read: their number of channels does not matter for that.
        _ = try settings.model(
            SignalShape(channels: 4, samples: 100 * data.windowSize, samplingRate: 100, outputs: StagingData.classes.count))
    }

    private var settings: CellSettings {
        let training = TrainingSettings(
            filter: dsfType, denoising: denoising, filterOutputs: dsfOutputs.value, filters: convolutionChannels, dropout: dropout,
            learningRate: learningRate, batchSize: batchSize, epochs: epochs, patience: patience, weightDecay: weightDecay,
            usesCosine: cosineAnnealing, seed: seed, classWeightOrder: fidelity.classWeightOrder,
            autorejectSearch: fidelity.autorejectSearch)
        return CellSettings(data: data.settings, training: training)
    }

    func run() throws {
        let settings = settings
        let windows = try settings.data.load(jobs: work.jobs)
        let run = expDir ?? RunFolder.timed(in: saveDir, of: settings.data.dataSet)
        let files = CellFiles(folder: "\(run)/\(settings.folderName)")
        let out = windows.out
        try CellTraining(
            settings: settings, data: windows, files: files, workers: work.workers, repair: ChannelRepair(settings.training, out: out)
        ).run()
        out("The network: \(files.folder)")
    }
}
