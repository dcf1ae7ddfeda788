public import EEGPlot
public import EEGTensor

extension Attribution {
    /// One window's signals, and beside them its values over rows and time.
    ///
    /// - Precondition: the window exists.
    public func figure(window: Int = 0, title: String = "") -> Figure {
        require(classes.indices.contains(window), "Attribution.figure: window \(window) of \(classes.count)")
        func rows(_ tensor: Tensor) -> [[Float]] {
            let part: Tensor = tensor[window]
            return (0..<part.shape[0]).map { (part[$0] as Tensor).scalars }
        }
        let traces = zip(axes.channels, rows(windows)).map { TracePlot.Trace(label: $0, samples: $1, samplingRate: axes.samplingRate) }
        let map = HeatMap(
            title: "class \(classes[window])", values: rows(values), rowLabels: self.rows, samplingRate: axes.samplingRate,
            startTime: axes.startTime, label: quantity)
        var figure = Figure(title: title, width: 1200)
        figure.addRow(
            [TracePlot(title: "window \(window)", traces: traces, startTime: axes.startTime, unit: axes.unit), map],
            height: max(220, 60 + 18 * Double(axes.channels.count)))
        return figure
    }

    /// The mean magnitude of each channel over time and windows on the head.
    ///
    /// - Parameter positions: found by name; those of the 10-05 system by default. Channels without one are left out and named.
    public func topography(title: String = "", at positions: ElectrodePositions? = nil) -> Figure {
        .topography(title: title, meanMagnitudes, of: rows, at: positions, label: "mean |\(quantity)|")
    }
}
