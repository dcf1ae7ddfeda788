public import EEGPlot

extension FilterResponses {
    /// The responses as curves, from 60 dB below the largest gain.
    public func figure(title: String = "") -> Figure {
        let largest = decibels.lazy.compactMap { $0.max() }.max() ?? 0
        var figure = Figure(title: title, width: 800)
        let curves = zip(names, decibels).map { Series($0, $1, x: frequencies, width: 1.2) }
        figure.addRow(
            [LineChart(x: Axis("frequency (Hz)"), y: Axis("gain (dB)", range: (largest - 60)...(largest + 3)), series: curves)], height: 380
        )
        return figure
    }
}
