import EEGAugment
import EEGData
import EEGModels
import EEGTensor
import Synchronization

/// How windows are told apart in the demonstration.
enum DemoMethod: Hashable {
    case network(FilterType, isAugmented: Bool)
    /// Baselines of our own: see ``DemoBaseline``.
    case covariances, features

    static let networks: [DemoMethod] = [
        .network(.vanilla, isAugmented: false), .network(.vanilla, isAugmented: true), .network(.dsfd, isAugmented: true),
        .network(.dsfmSoftThreshold, isAugmented: true),
    ]
    static let baselines: [DemoMethod] = [.covariances, .features]

    var title: String {
        switch self {
        case .network(let filter, let isAugmented): filter.title + (isAugmented ? " + augmentation" : "")
        case .covariances: "Covariances + regression (ours)"
        case .features: "Features + random forest (ours)"
        }
    }
}

/// All methods, seeds and folds.
struct DemoRuns {
    let data: DemoData
    let methods: [DemoMethod]
    let seeds: Int
    let epochs: Int
    let batchSize: Int
    let learningRate: Double

    private struct Job: Equatable {
        let method: DemoMethod
        let seed: Int
        let fold: Int

        /// The one whose network is shown.
        static let example = Job(method: .network(.dsfmSoftThreshold, isAugmented: true), seed: 0, fold: 0)
    }

    /// Trains and tests all networks, some at a time: results are the same however many. One is shown while a channel gets corrupted.
    func results(
        jobs: Int, showing shown: (windows: Tensor, channels: [String])
    ) throws -> (result: DemoResult, example: AttentionExample) {
        let work = methods.flatMap { method in
            (0..<seeds).flatMap { seed in data.folds.indices.map { Job(method: method, seed: seed, fold: $0) } }
        }
        let found = Mutex<[Int: [ConfusionMatrix]]>([:])
        let example = Mutex<AttentionExample?>(nil)
        let bar = Mutex(Progress("training networks", of: work.count))
        try inParallel(work.count, jobs: jobs) { number in
            let job = work[number]
            let result = try EEGRuntime.with(threads: 1) {
                try confusions(of: job) { model in
                    guard job == .example else { return }
                    let attention = try AttentionExample(
                        model: model, windows: shown.windows, channels: shown.channels, title: job.method.title,
                        generator: Generator(seed: 1).stream("example"))
                    example.withLock { $0 = attention }
                }
            }
            found.withLock { $0[number] = result }
            bar.withLock { $0.step() }
        }
        var pooled: [DemoMethod: [[ConfusionMatrix]]] = [:]
        let empty = [[ConfusionMatrix]](
            repeating: CorruptionSettings.strengths.map { _ in ConfusionMatrix(classes: data.classes.count) }, count: seeds)
        for (number, job) in work.enumerated() {
            let confusions = found.withLock { $0[number] } ?? []
            for (strength, confusion) in confusions.enumerated() {
                pooled[job.method, default: empty][job.seed][strength].add(confusion)
            }
        }
        guard let example = example.withLock({ $0 }) else { throw RunError("no network to show") }
        return (DemoResult(methods: methods, confusions: methods.map { pooled[$0] ?? empty }), example)
    }

    private func generator(_ seed: Int, _ fold: Int) -> Generator { Generator(seed: UInt64(seed + 1)).stream("fold", fold) }

    /// For each strength what a method makes of the windows held out.
    ///
    /// - Parameter inspect: sees the trained network.
    private func confusions(of job: Job, inspect: (SpatiallyFilteredStager) throws -> Void) throws -> [ConfusionMatrix] {
        let (seed, fold) = (job.seed, job.fold)
        switch job.method {
        case .network(let filter, let isAugmented):
            let model = try train(filter, isAugmented: isAugmented, seed: seed, fold: fold)
            try inspect(model)
            return try test(seed: seed, fold: fold) { try model.evaluate(on: $0).confusion }
        case .covariances, .features:
            let baseline = try DemoBaseline(
                job.method, training: data.folds[fold].training, generator: generator(seed, fold).stream("baseline"))
            return try test(seed: seed, fold: fold) { try baseline.confusion(on: $0) }
        }
    }

    private func train(_ filter: FilterType, isAugmented: Bool, seed: Int, fold: Int) throws -> SpatiallyFilteredStager {
        let generator = generator(seed, fold)
        var configuration = SpatiallyFilteredStager.Configuration(filter: filter.configuration(outputs: nil))
        configuration.stager.filters = 8
        var model = try SpatiallyFilteredStager(data.windows.shape, configuration, generator: generator.stream("weights"))
        var trainer = Trainer(
            optimizer: .adamW(learningRate: learningRate, weightDecay: 1e-3), epochs: epochs, generator: generator.stream("dropout"))
        if epochs > 1 { trainer.schedule = CosineAnnealing(over: .epochs(epochs - 1)) }
        let training = data.folds[fold].training
        trainer.loss = .crossEntropy(classWeights: training.classWeights)
        var loader = try DataLoader(training, batchSize: batchSize, shuffling: generator.stream("order"), workers: 0)
        if isAugmented {
            loader = loader.transformed(
                by: AugmentationPipeline([try ChannelCorruption(Corruption())], generator: generator.stream("augmentation")))
        }
        try trainer.fit(&model, on: loader)
        return model
    }

    /// Calls `body` with the windows held out, corrupted with each strength; the channels are the same for all strengths, so that they alone differ.
    private func test(seed: Int, fold: Int, _ body: (DataLoader) throws -> ConfusionMatrix) throws -> [ConfusionMatrix] {
        let windows = data.folds[fold].testing
        let corruption = try RecordingCorruption(
            recordings: windows.recordings.count, channels: windows.shape.channels, strengths: CorruptionSettings.strengths,
            sharesMasks: true, randomness: .corrected(generator(seed, fold).stream("test")))
        return try CorruptionSettings.strengths.indices.map { index in
            try body(DataLoader(windows, batchSize: 64, workers: 0).transformed(by: corruption.transform(strengthIndex: index)))
        }
    }

    /// The windows that a network is shown with: up to 20 in one state of the first recording held out of the first fold, which do not overlap.
    ///
    /// - Throws: where there are too few for a figure.
    func exampleWindows() throws -> (windows: Tensor, channels: [String]) {
        let testing = data.folds[0].testing
        let (recording, label) = (testing.windows[0].recording, testing.windows[0].label)
        let members = testing.windows.indices.filter { testing.windows[$0].recording == recording && testing.windows[$0].label == label }
        var chosen: [Int] = []
        for index in members {
            let end = chosen.last.map { testing.windows[$0].start + testing.shape.samples } ?? .min
            if testing.windows[index].start >= end, chosen.count < 20 { chosen.append(index) }
        }
        guard chosen.count >= 3 else { throw RunError("too few windows are held out to show a network with: choose fewer --folds") }
        return (try testing.signals(of: chosen), testing.recordings[recording].channels.map(\.scalpElectrode))
    }
}
