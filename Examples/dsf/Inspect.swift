import ArgumentParser
import EEGAugment
import EEGData
import EEGModels
import EEGPlot
import EEGTensor
import Foundation

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what the filter of a network attends to while channels get corrupted; prints how far the one follows the other.")

    @Argument(help: "The folder of a network with a filter.")
    var network: String

    @Option(help: "Test windows that are looked at, spread over all of them.")
    var windows = 200

    @Option(help: "The folder for the figures; default: that of the network.")
    var output: String?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        guard windows > 0 else { throw ValidationError("the number of windows must be positive") }
    }

    func run() throws {
        let files = CellFiles(folder: network)
        guard let settings = decoded(CellSettings.self, from: files.settings) else { throw RunError("\(files.settings) cannot be read") }
        let model = try SpatiallyFilteredStager(contentsOf: files.weights)
        let data = try settings.data.load(jobs: work.jobs)
        try data.contents.check(against: files)
        let out = data.out
        let test = data.test
        let count = min(windows, test.count)
        let signals = try test.signals(of: (0..<count).map { $0 * test.count / count })
        let channels = test.recordings[0].channels.map(\.scalpElectrode)
        try AttentionCurve(model: model, windows: signals, channels: channels).lines.forEach { out($0) }

        let recording = test.windows[0].recording
        let members = test.windows.indices.filter { test.windows[$0].recording == recording }
        let example = try AttentionExample(
            model: model, windows: test.signals(of: Array(members.dropFirst(members.count / 3).prefix(20))), channels: channels,
            title: settings.training.filter.title, generator: Generator(seed: 1).stream("example"))
        out(example.summary)
        let folder = output ?? files.folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try example.attentionFigure(isSimulated: data.isSimulated).write(to: "\(folder)/attention.svg")
        try example.filterFigure(isSimulated: data.isSimulated).write(to: "\(folder)/spatial-filters.svg")
        out("Figures: \(folder)/attention.svg, \(folder)/spatial-filters.svg")
    }
}

/// How the attention to each channel depends on how strongly that channel, and no other, is corrupted.
struct AttentionCurve {
    let lines: [String]

    /// - Parameter windows: `[window, channel, time]` in microvolts.
    init(model: SpatiallyFilteredStager, windows: Tensor, channels: [String]) throws {
        let strengths = CorruptionSettings.strengths
        var lines = ["Attention to a channel, its share in the filters, by how strongly it is corrupted (the others are clean):"]
        lines.append(padded("channel", 12) + strengths.map { padded(decimals($0, 2), 9) }.joined() + "correlation")
        var all: (strengths: [Double], shares: [Double]) = ([], [])
        for (channel, name) in channels.enumerated() {
            var points: (strengths: [Double], shares: [Double]) = ([], [])
            var means: [Double] = []
            for strength in strengths {
                var batch = Batch(signals: windows, labels: [Int](repeating: 0, count: windows.shape[0]))
                let corruption = try Corruption(channels: .fixed(channels.indices.map { $0 == channel }), strength: strength...strength)
                try ChannelCorruption(corruption).augment(&batch, using: WindowGenerators(Generator(seed: 1).stream(name), place: 0))
                guard let attention = model.attention(to: batch.signals) else { throw RunError("the network has no filter") }
                let shares = attention.relativeImportance.scalars
                let own = stride(from: channel, to: shares.count, by: channels.count).map { Double(shares[$0]) }
                points.strengths += own.map { _ in strength }
                points.shares += own
                means.append(own.reduce(0, +) / Double(own.count))
            }
            all.strengths += points.strengths
            all.shares += points.shares
            let correlation = pearsonCorrelation(points.strengths, points.shares)
            lines.append(padded(name, 12) + means.map { padded(decimals($0), 9) }.joined() + decimals(correlation, 2))
        }
        lines.append(
            "Correlation of strength and attention over all channels and windows: \(decimals(pearsonCorrelation(all.strengths, all.shares), 2))"
        )
        self.lines = lines
    }
}
