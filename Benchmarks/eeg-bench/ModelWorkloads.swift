import EEGModels
import EEGTensor

/// A network of the zoo at the sizes it is commonly used with.
private struct NetworkWorkload: Sendable {
    let name: String
    let shape: SignalShape
    let batch: Int
    let build: @Sendable (SignalShape) throws -> any Model

    /// One step of training, predictions for a batch, and the latency of a single window.
    var workloads: [Workload] { [training, inference(batch), inference(1)] }

    private var model: any Model {
        do { return try build(shape) } catch { fatalError("\(name): \(error)") }
    }

    private func input(_ batch: Int) -> Tensor { benchmarkInput([batch, shape.channels, shape.samples], operand: 0) }

    /// The floating-point operations of one forward pass, as the layers state them.
    private func operations(_ batch: Int) -> Double {
        let model = model
        let graph = recordedGraph(at: input(1)) { x in
            var context = ForwardContext.inference
            return model(x, &context)
        }
        return Double(batch) * Double(graph.steps.reduce(0) { $0 + $1.floatingPointOperations })
    }

    private func inference(_ batch: Int) -> Workload {
        Workload(
            group: batch == 1 ? "Models: latency of one window" : "Models: inference", name: "\(name), batch \(batch)",
            implementations: [
                .init(label: "compiled") {
                    let (plan, x) = (model.compiled(batchSize: batch), input(batch))
                    let workspace = plan.makeWorkspace()
                    let output = UnsafeMutableBufferPointer<Float>.allocate(capacity: plan.outputShape.elementCount)
                    return .init(run: { x.withUnsafeBufferPointer { plan.run($0, into: output, using: workspace) } }, checksum: nil)
                },
                .init(label: "ours without a plan") {
                    let (model, x) = (model, input(batch))
                    return .init(
                        run: {
                            var context = ForwardContext.inference
                            _ = model(x, &context)
                        }, checksum: nil)
                },
            ], peers: [peer("inference", batch, ["eager", "channels-last", "compile", "ort"])],
            floatingPointOperations: operations(batch), bytes: 4 * Double(input(batch).count))
    }

    private var training: Workload {
        Workload(
            group: "Models: training step", name: "\(name), batch \(batch)",
            implementations: [
                .init(label: "") {
                    let (model, x) = (model, input(batch))
                    let labels = (0..<batch).map { $0 % shape.outputs }
                    var optimization = OptimizerState(.adam(learningRate: 1e-3), of: model.parameters)
                    var generator = Generator(seed: 1)
                    return .init(
                        run: {
                            var context = ForwardContext.training(generator.stream("step", Int(truncatingIfNeeded: generator.next() >> 32)))
                            let (_, gradients) = valueAndGradient(of: model.parameters) { crossEntropy(model(x, &context), labels) }
                            optimization.update(with: gradients)
                            context.applyUpdates()
                        }, checksum: nil)
                }
            ], peers: [peer("training", batch, ["eager", "channels-last", "compile"])],
            // Backward takes about twice the operations of forward.
            floatingPointOperations: 3 * operations(batch), bytes: 4 * Double(input(batch).count))
    }

    private func peer(_ kind: String, _ batch: Int, _ modes: [String]) -> PeerTask {
        PeerTask(
            library: "", script: "models", modes: modes,
            request: .init(task: "\(name):\(kind)", shapes: [[batch, shape.channels, shape.samples]]))
    }
}

private let motorImagery = SignalShape(channels: 22, samples: 1000, samplingRate: 250, outputs: 4)
private let sleep = SignalShape(channels: 6, samples: 3000, samplingRate: 100, outputs: 5)
private let seed = Generator(seed: 1)

/// Networks beside braindecode's, run by PyTorch and ONNX Runtime.
let modelWorkloads: [Workload] = [
    NetworkWorkload(name: "EEGNet", shape: motorImagery, batch: 64) { try EEGNet($0, generator: seed) },
    NetworkWorkload(name: "ShallowFBCSPNet", shape: motorImagery, batch: 64) { try ShallowFBCSPNet($0, generator: seed) },
    NetworkWorkload(name: "Deep4Net", shape: motorImagery, batch: 64) { try Deep4Net($0, generator: seed) },
    NetworkWorkload(name: "SleepStagerChambon2018", shape: sleep, batch: 64) { try SleepStagerChambon2018($0, generator: seed) },
    NetworkWorkload(name: "EEGConformer", shape: motorImagery, batch: 16) { try EEGConformer($0, generator: seed) },
    NetworkWorkload(name: "ATCNet", shape: motorImagery, batch: 16) { try ATCNet($0, generator: seed) },
].flatMap(\.workloads)
