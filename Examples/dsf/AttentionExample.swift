import EEGAugment
import EEGModels
import EEGPlot
import EEGTensor

/// What a filter does while one channel gets corrupted more and more: one recording, window after window.
struct AttentionExample {
    private let title: String
    private let channels: [String]
    /// The channel that is corrupted: the one that the filter listens to most while all are clean.
    private let corrupted: Int
    /// `[window, channel, time]`, before and after corruption.
    private let clean: Tensor
    private let windows: Tensor
    /// Of each window.
    private let strengths: [Double]
    private let cleanAttention: SpatialAttention
    private let attention: SpatialAttention
    private let windowLength: Double

    /// - Parameter windows: `[window, channel, time]` in microvolts, of consecutive stretches of a recording.
    init(model: SpatiallyFilteredStager, windows: Tensor, channels: [String], title: String, generator: Generator) throws {
        let count = windows.shape[0]
        guard count >= 3, let attention = model.attention(to: windows) else {
            throw RunError("no filter, or too few windows to show it with")
        }
        let shares = attention.relativeImportance.mean(over: [0, 1]).scalars
        let corrupted = shares.indices.max { shares[$0] < shares[$1] } ?? 0
        // Clean for a sixth, then a steady rise to all noise, and a sixth of that.
        let strengths = (0..<count).map { min(1, max(0, (Double($0) / Double(count - 1) - 1.0 / 6) * 1.5)) }
        var changed: [Tensor] = []
        for (index, strength) in strengths.enumerated() {
            var batch = Batch(signals: windows.sliced(axis: 0, index..<(index + 1)), labels: [0])
            let corruption = try Corruption(
                channels: .fixed(channels.indices.map { $0 == corrupted }), strength: strength...strength, noise: 50...50)
            try ChannelCorruption(corruption).augment(&batch, using: WindowGenerators(generator, place: index))
            changed.append(batch.signals)
        }
        self.windows = concatenate(changed)
        guard let corruptedAttention = model.attention(to: self.windows) else { throw RunError("no filter") }
        self.title = title
        self.channels = channels
        self.corrupted = corrupted
        self.strengths = strengths
        clean = windows
        cleanAttention = attention
        self.attention = corruptedAttention
        windowLength = model.shape.duration
    }

    /// For each channel its share in each window.
    private var shares: [[Float]] {
        let values = attention.relativeImportance.scalars
        return channels.indices.map { channel in strengths.indices.map { values[$0 * channels.count + channel] } }
    }

    var summary: String {
        let share = shares[corrupted]
        let correlation = pearsonCorrelation(strengths, share.map(Double.init))
        return "Attention of \(title) to \(channels[corrupted]) while it is corrupted: from \(percent(Double(share[0]))) to "
            + "\(percent(Double(share[share.count - 1]))); correlation with the strength \(decimals(correlation, 2))."
    }

    /// The corrupted signal, below it the attention to each channel and the strength over the same time.
    func attentionFigure(isSimulated: Bool) -> Figure {
        var figure = Figure(
            title: "\(title): attention while \(channels[corrupted]) is corrupted\(isSimulated ? ", SIMULATED" : "")", subtitle: [summary])
        let (count, length) = (windows.shape[0], windows.shape[2])
        let values = windows.scalars
        let rate = Double(length) / windowLength
        let traces = channels.enumerated().map { channel, name in
            let samples = (0..<count).flatMap { window in values[((window * channels.count + channel) * length)...].prefix(length) }
            return TracePlot.Trace(
                label: name, samples: Array(samples), samplingRate: rate, color: channel == corrupted ? .category(1) : nil)
        }
        figure.addRow([TracePlot(title: "Signal", traces: traces, spacing: 150)], height: 60 + 22 * Double(channels.count))
        let map = HeatMap(
            title: "Share of each channel in the filters of a window", values: shares, rowLabels: channels, samplingRate: 1 / windowLength,
            label: "share")
        figure.addRow([map], height: 60 + 14 * Double(channels.count))
        let time = strengths.indices.map { (Double($0) + 0.5) * windowLength }
        let end = Double(strengths.count) * windowLength
        figure.addRow(
            [
                LineChart(
                    title: "Strength", x: Axis("time (s)", range: 0...end), y: Axis("strength", range: 0...1),
                    series: [Series("", strengths, x: time, color: .category(1))])
            ], height: 130)
        return figure
    }

    /// The filters of the virtual channels that listen most for the last window, as it is and corrupted.
    func filterFigure(isSimulated: Bool) -> Figure {
        let last = strengths.count - 1
        let electrodes = channels.compactMap { name in ElectrodePositions.standard(name).map { Electrode(name, x: $0.x, y: $0.y, z: $0.z) }
        }
        let placed = channels.indices.filter { ElectrodePositions.standard(channels[$0]) != nil }
        func filters(_ attention: SpatialAttention) -> [[Double]] {
            let outputs = attention.weights.shape[2]
            let values = attention.weights.scalars
            return (0..<outputs).map { output in
                channels.indices.map { Double(values[(last * outputs + output) * channels.count + $0]) }
            }
        }
        let (before, after) = (filters(cleanAttention), filters(attention))
        func size(_ filter: [Double]) -> Double { filter.reduce(0) { $0 + $1 * $1 } }
        let shown = before.indices.sorted { size(before[$0]) > size(before[$1]) }.prefix(5)
        let largest = shown.flatMap { before[$0] + after[$0] }.reduce(0) { max($0, abs($1)) }
        func maps(_ title: String, _ filters: [[Double]]) -> TopographicMap {
            TopographicMap(
                title: title, electrodes: electrodes,
                maps: shown.map { output in .init(title: "virtual channel \(output + 1)", values: placed.map { filters[output][$0] }) },
                columns: shown.count, label: "weight", range: -largest...largest)
        }
        var figure = Figure(
            title: "\(title): spatial filters of one window\(isSimulated ? ", SIMULATED" : "")",
            subtitle: ["The five virtual channels with the largest weights; below with \(channels[corrupted]) replaced by noise of 50 µV."])
        figure.addRow([maps("All channels clean", before)], height: 210)
        figure.addRow([maps("\(channels[corrupted]) corrupted", after)], height: 210)
        return figure
    }
}

extension SpatiallyFilteredStager {
    /// The filters chosen for windows `[window, channel, time]`; nil without a filter.
    func attention(to windows: Tensor) -> SpatialAttention? {
        var context = ForwardContext.inference
        return filtered(windows, &context)?.attention
    }
}
