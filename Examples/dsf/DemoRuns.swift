import EEGAugment
import EEGData
import EEGModels
import EEGTensor
import Synchronization

/// A network of the demonstration and how it is trained.
struct DemoVariant: Hashable {
    let filter: FilterType
    let isAugmented: Bool

    static let all = [
        DemoVariant(filter: .vanilla, isAugmented: false), DemoVariant(filter: .vanilla, isAugmented: true),
        DemoVariant(filter: .dsfd, isAugmented: true), DemoVariant(filter: .dsfmSoftThreshold, isAugmented: true),
    ]

    var title: String { filter.title + (isAugmented ? " + augmentation" : "") }
}

/// Networks of all variants, seeds and folds.
struct DemoRuns {
    let data: DemoData
    let seeds: Int
    let epochs: Int
    let batchSize: Int
    let learningRate: Double

    private struct Job {
        let variant: DemoVariant
        let seed: Int
        let fold: Int
    }

    /// Trains and tests all networks, some at a time: results are the same however many.
    func results(jobs: Int) throws -> DemoResult {
        let work = DemoVariant.all.flatMap { variant in
            (0..<seeds).flatMap { seed in data.folds.indices.map { Job(variant: variant, seed: seed, fold: $0) } }
        }
        let found = Mutex<[Int: [ConfusionMatrix]]>([:])
        let bar = Mutex(Progress("training networks", of: work.count))
        try inParallel(work.count, jobs: jobs) { number in
            let job = work[number]
            let confusions = try EEGRuntime.with(threads: 1) {
                try test(try train(job.variant, seed: job.seed, fold: job.fold), seed: job.seed, fold: job.fold)
            }
            found.withLock { $0[number] = confusions }
            bar.withLock { $0.step() }
        }
        var pooled: [DemoVariant: [[ConfusionMatrix]]] = [:]
        let empty = [[ConfusionMatrix]](
            repeating: CorruptionSettings.strengths.map { _ in ConfusionMatrix(classes: data.classes.count) }, count: seeds)
        for (number, job) in work.enumerated() {
            let confusions = found.withLock { $0[number] } ?? []
            for (strength, confusion) in confusions.enumerated() {
                pooled[job.variant, default: empty][job.seed][strength].add(confusion)
            }
        }
        return DemoResult(variants: DemoVariant.all, confusions: DemoVariant.all.map { pooled[$0] ?? empty })
    }

    private func generator(_ seed: Int, _ fold: Int) -> Generator { Generator(seed: UInt64(seed + 1)).stream("fold", fold) }

    func train(_ variant: DemoVariant, seed: Int, fold: Int) throws -> SpatiallyFilteredStager {
        let generator = generator(seed, fold)
        var configuration = SpatiallyFilteredStager.Configuration(filter: variant.filter.configuration(outputs: nil))
        configuration.stager.filters = 8
        var model = try SpatiallyFilteredStager(data.windows.shape, configuration, generator: generator.stream("weights"))
        var trainer = Trainer(
            optimizer: .adamW(learningRate: learningRate, weightDecay: 1e-3), epochs: epochs, generator: generator.stream("dropout"))
        if epochs > 1 { trainer.schedule = CosineAnnealing(over: .epochs(epochs - 1)) }
        let training = data.folds[fold].training
        trainer.loss = .crossEntropy(classWeights: training.classWeights)
        var loader = try DataLoader(training, batchSize: batchSize, shuffling: generator.stream("order"), workers: 0)
        if variant.isAugmented {
            loader = loader.transformed(
                by: AugmentationPipeline([try ChannelCorruption(Corruption())], generator: generator.stream("augmentation")))
        }
        try trainer.fit(&model, on: loader)
        return model
    }

    /// For each strength what the network makes of the windows held out.
    private func test(_ model: SpatiallyFilteredStager, seed: Int, fold: Int) throws -> [ConfusionMatrix] {
        let windows = data.folds[fold].testing
        let corruption = try RecordingCorruption(
            recordings: windows.recordings.count, channels: windows.shape.channels, strengths: CorruptionSettings.strengths,
            randomness: .corrected(generator(seed, fold).stream("test")))
        return try CorruptionSettings.strengths.indices.map { index in
            let loader = try DataLoader(windows, batchSize: 64, workers: 0).transformed(by: corruption.transform(strengthIndex: index))
            return try model.evaluate(on: loader).confusion
        }
    }

    /// A network with DSFm-st and the recording that it is shown with: the first one held out of the first fold.
    func example() throws -> AttentionExample {
        let model = try train(DemoVariant(filter: .dsfmSoftThreshold, isAugmented: true), seed: 0, fold: 0)
        let testing = data.folds[0].testing
        let recording = testing.windows[0].recording
        let members = testing.windows.indices.filter { testing.windows[$0].recording == recording }
        // Windows that do not overlap, up to two minutes of them.
        var chosen: [Int] = []
        for index in members {
            let end = chosen.last.map { testing.windows[$0].start + testing.shape.samples } ?? .min
            if testing.windows[index].start >= end, chosen.count < 20 { chosen.append(index) }
        }
        return try AttentionExample(
            model: model, windows: testing.signals(of: chosen), channels: testing.recordings[recording].channels.map(\.scalpElectrode),
            title: DemoVariant(filter: .dsfmSoftThreshold, isAugmented: true).title, generator: Generator(seed: 1).stream("example"))
    }
}
