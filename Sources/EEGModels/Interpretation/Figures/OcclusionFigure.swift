public import EEGPlot
public import EEGTensor

extension ChannelOcclusion {
    /// The mean drop of each channel over windows on the head.
    ///
    /// - Parameter positions: found by name; those of the 10-05 system by default. Channels without one are left out and named.
    public func figure(title: String = "", at positions: ElectrodePositions? = nil) -> Figure {
        .topography(title: title, meanDrops, of: axes.channels, at: positions, label: "drop of the score")
    }
}

extension TimeOcclusion {
    /// The mean drop over windows at the middle of each stretch.
    public func figure(title: String = "") -> Figure {
        let middles = stretches.map { ($0.lowerBound + $0.upperBound) / 2 }
        var figure = Figure(title: title, width: 700)
        figure.addRow([
            LineChart(x: Axis("time (s)"), y: Axis("drop of the score"), series: [Series("mean of windows", meanDrops, x: middles)])
        ])
        return figure
    }
}
