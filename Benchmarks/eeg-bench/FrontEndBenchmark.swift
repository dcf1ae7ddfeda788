import EEGModels
import EEGPlot
import EEGTensor
import Foundation

/// Training with filters over time and electrodes computed in the cheapest order, beside training with each layer as it is written.
struct FrontEndBenchmark {
    private static let shape = SignalShape(channels: 22, samples: 1000, samplingRate: 250, outputs: 4)
    private static let networks: [(name: String, batch: Int, build: @Sendable () throws -> any Model)] = [
        ("EEGNet", 64, { try EEGNet(shape, generator: Generator(seed: 1)) }),
        ("ShallowFBCSPNet", 64, { try ShallowFBCSPNet(shape, generator: Generator(seed: 1)) }),
        ("Deep4Net", 64, { try Deep4Net(shape, generator: Generator(seed: 1)) }),
        ("EEGConformer", 16, { try EEGConformer(shape, generator: Generator(seed: 1)) }),
        ("ATCNet", 16, { try ATCNet(shape, generator: Generator(seed: 1)) }),
    ]
    private static let orders: [TemporalSpatialOrder?] = [.temporalFirst, nil]

    /// A table of times and memory of one training step, each the best of `rounds`.
    func steps(rounds: Int) throws -> String {
        var lines = [
            "| training step | as written, ms | cheapest order, ms | ratio | as written, peak MiB | cheapest order, peak MiB |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for network in Self.networks {
            let runs = try Self.orders.map { Training(of: try network.build(), batch: network.batch, order: $0) }
            var (best, peaks) = ([Double.infinity, .infinity], [0, 0])
            for _ in 0..<rounds {
                for (index, run) in runs.enumerated() {
                    EEGRuntime.trimMemory()
                    run.step()
                    peaks[index] = EEGRuntime.memory.peak >> 20
                    best[index] = min(best[index], milliseconds { run.step() })
                }
            }
            let figures = [best[0], best[1], best[0] / best[1]].map { String(format: "%.2f", $0) } + peaks.map(String.init)
            lines.append("| \(network.name), batch \(network.batch) | \(figures.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    /// Losses of both ways over the same steps, for each network, as a figure at `path`.
    func writeLosses(steps: Int, to path: String) throws {
        var figure = Figure(
            title: "The same training, with and without the map between the filters",
            subtitle: ["\(steps) steps of Adam on made-up classes, no dropout seed or weight differs"], width: 1200)
        for pair in [Self.networks.prefix(3), Self.networks.suffix(2)] {
            let panels = try pair.map { network in
                let losses = try Self.orders.map { order in
                    let run = Training(of: try network.build(), batch: 16, order: order)
                    return (0..<steps).map { _ in run.step() }
                }
                return LineChart(
                    title: network.name, x: Axis("step"), y: Axis("loss"),
                    series: [Series("as written", losses[0], width: 3), Series("cheapest order", losses[1], isDashed: true)])
            }
            figure.addRow(panels, height: 320)
        }
        try figure.write(to: path)
    }

    /// A model in training on made-up windows whose classes differ in rhythm.
    private final class Training {
        private let run: (Int) -> Double
        private var count = 0

        init(of model: some Model, batch: Int, order: TemporalSpatialOrder?) {
            let shape = model.shape
            let labels = (0..<batch).map { $0 % shape.outputs }
            var generator = Generator(seed: 3)
            let noise = Tensor(normalWithMean: 0, shape: [batch, shape.channels, shape.samples], using: &generator)
            let times = Tensor((0..<shape.samples).map { Float($0) / Float(shape.samplingRate) })
            let rhythms = stack(labels.map { sin(times * (2 * .pi * (6 + 4 * Float($0)))) }).expandingDimensions(at: 1)
            let x = noise + rhythms * 0.3
            var optimization = OptimizerState(.adam(learningRate: 1e-3), of: model.parameters)
            run = { step in
                var context = ForwardContext.training(Generator(seed: 4).stream("step", step))
                context.temporalSpatialOrder = order
                let (loss, gradients) = valueAndGradient(of: model.parameters) { crossEntropy(model(x, &context), labels) }
                optimization.update(with: gradients)
                context.applyUpdates()
                return Double(loss.scalars[0])
            }
        }

        @discardableResult
        func step() -> Double {
            count += 1
            return run(count)
        }
    }

    private func milliseconds(_ body: () -> Void) -> Double {
        let duration = ContinuousClock().measure(body).components
        return Double(duration.seconds) * 1e3 + Double(duration.attoseconds) * 1e-15
    }
}
