import EEGModels
import EEGPlot
import EEGTensor
import Foundation
import Testing

@Suite struct InterpretationFigureTests {
    @Test func everyResultHasAFigure() throws {
        let channels = ["F3", "Fz", "F4", "C3", "Cz", "C4", "P3", "Pz", "P4", "EOG"]
        let shape = SignalShape(channels: 10, samples: 256, samplingRate: 128, outputs: 2)
        let model = try EEGNet(shape, generator: Generator(seed: 1))
        var generator = Generator(seed: 2)
        let batch = Batch(
            signals: Tensor(normalWithMean: 0, standardDeviation: 20, shape: [2, 10, 256], using: &generator), labels: [1, 0])
        let explainer = Explainer(model, channels: channels, startTime: -0.5)
        let gradients = explainer.inputGradients(of: batch.signals, classes: batch.labels)
        let spatial = try explainer.spatialPatterns(
            of: "conv_spatial.parametrizations.weight.original", behind: "conv_temporal.weight", on: batch.signals)
        let figures: [(name: String, figure: Figure, texts: [String])] = [
            ("gradients", gradients.figure(window: 1), ["class 0", "window 1", "score / µV", "EOG", "0.5", "time (s)"]),
            ("topography", gradients.topography(), ["Cz", "mean |score / µV|", "without a place on the head: EOG"]),
            ("grad-cam", explainer.gradCAM(of: batch.signals, at: "bnorm_2").figure(), ["all channels"]),
            ("channels", explainer.channelOcclusion(of: batch.signals).figure(), ["drop of the score", "P4"]),
            ("time", explainer.timeOcclusion(of: batch.signals, length: 0.25).figure(), ["drop of the score", "time (s)"]),
            ("responses", explainer.filterResponses(of: "conv_temporal.weight").figure(), ["gain (dB)", "frequency (Hz)", "filter 8"]),
            ("patterns", spatial.figure(title: "EEGNet"), ["patterns", "filters", "filter 16"]),
        ]
        for (name, figure, texts) in figures {
            let svg = figure.svg()
            for text in texts { #expect(svg.contains(">\(text)<"), "\(name): \(text)") }
            #expect(!svg.contains("nan") && !svg.contains("inf"), "\(name)")
            #expect(svg.utf8.count < 1_000_000, "\(name): \(svg.utf8.count) bytes")
            if let folder = ProcessInfo.processInfo.environment["EEG_FIGURES_DIR"] { try figure.write(to: folder + "/\(name).svg") }
        }
        let places = ElectrodePositions(names: ["EOG"], positions: [.init(x: 0.3, y: 0.9, z: -0.3)])
        #expect(gradients.topography(at: places).svg().contains("without a place on the head: F3, Fz"))
    }
}
