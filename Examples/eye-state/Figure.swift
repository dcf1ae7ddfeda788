import EEGData
import EEGModels
import EEGPlot

/// What the folds gave, together.
struct CrossValidation {
    private(set) var confusion = ConfusionMatrix(classes: 2)
    private(set) var histories: [TrainingHistory] = []

    mutating func add(_ history: TrainingHistory) {
        histories.append(history)
        if let last = history.last?.validation { confusion.add(last.confusion) }
    }

    /// For each epoch the mean over folds of a value.
    func mean(_ value: (EpochReport) -> Double?) -> [Double] {
        let epochs = histories.first?.count ?? 0
        return (0..<epochs).map { epoch in
            let values = histories.compactMap { value($0[epoch]) }
            return values.reduce(0, +) / Double(values.count)
        }
    }
}

/// The recording with its states, the course of training and the confusion of the test windows.
func resultFigure(of recording: Recording, _ result: CrossValidation, summary: [String], isSimulated: Bool) throws -> Figure {
    let source = isSimulated ? "a SIMULATED recording" : "the EEG Eye State recording"
    var figure = Figure(title: "Eyes open or closed: EEGNet on \(source)", subtitle: summary)
    let shown = try recording.interpolating { $0.text == State.artefact }
    var traces: [TracePlot.Trace] = []
    for (index, channel) in shown.channels.enumerated() {
        traces.append(.init(label: channel.name, samples: try shown.samples(of: index), samplingRate: channel.samplingRate))
    }
    let states = shown.annotations.filter { [State.open, State.closed].contains($0.text) }
    let spans = states.map { Span($0.onset...$0.end, label: $0.text) }
    figure.addRow([TracePlot(title: "Recording", traces: traces, spans: spans)], height: 460)

    let epochs = Axis("epoch")
    let loss = LineChart(
        title: "Loss, mean of the folds", x: epochs, y: Axis("cross-entropy"),
        series: [
            Series("training", result.mean { $0.training.loss }), Series("held out", result.mean { $0.validation?.loss }),
        ])
    let majority = result.confusion.majorityShare
    let accuracy = LineChart(
        title: "Accuracy, mean of the folds", x: epochs, y: Axis("accuracy", range: 0...1),
        series: [
            Series("training", result.mean { $0.training[.accuracy] }), Series("held out", result.mean { $0.validation?[.accuracy] }),
            Series("more frequent class", [majority, majority], x: [1, Double(result.histories.first?.count ?? 1)], color: .frame, isDashed: true),
        ])
    let matrix = MatrixPlot.confusion(title: "Held-out windows of all folds", counts: result.confusion.counts, classes: [State.open, State.closed])
    figure.addRow([loss, accuracy, matrix], height: 270, widths: [1, 1, 0.85])
    return figure
}
