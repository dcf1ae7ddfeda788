import EEGModels
import EEGTensor
import GoldenFiles
import Testing

/// Compiled models give the eager models' scores.
@Suite struct CompiledModelTests {
    static let files = ModelGoldenTests.covered.filter { !$0.isTraining && $0.description.inputs.count == 1 && $0.description.outputs.count == 1 }

    @Test(arguments: files)
    func model(_ file: GoldenModelFile) throws {
        let forward = try #require(goldenModels[file.description.model]).build(GoldenCase(file)).forward
        let input = file.description.inputs[0]
        let name = try #require(file.description.outputs.keys.first)
        func scores(_ x: Tensor) -> Tensor {
            var context = ForwardContext.inference
            return (try? forward([input.name: x], &context)[name]) ?? x
        }
        for batch in [1, 3] {
            var shape = Shape(input.shape)
            shape[0] = batch
            var generator = Generator(seed: 9)
            let x = Tensor(normalWithMean: 0, shape: shape, using: &generator)
            let expected = scores(x)
            let found = InferencePlan(inputShape: shape, scores)(x)
            let scale = max(1, expected.scalars.map { Swift.abs($0) }.max() ?? 0)
            let difference = zip(found.scalars, expected.scalars).map { Swift.abs($0 - $1) }.max() ?? 0
            #expect(found.shape == expected.shape && difference <= 1e-5 * scale, "batch \(batch): \(difference) of \(scale)")
        }
    }

    private func net(_ shape: SignalShape) throws -> EEGNet { try EEGNet(shape, generator: Generator(seed: 4)) }

    @Test func aPlanKeepsTheWeightsOfItsMoment() throws {
        let model = try net(SignalShape(channels: 3, samples: 128, samplingRate: 128, outputs: 2))
        let plan = model.compiled(batchSize: 2)
        let x = Tensor(ones: [2, 3, 128])
        let before = plan(x)
        for parameter in model.parameters { parameter.value = parameter.value * 2 }
        #expect(plan(x) == before)
    }

    /// Chunks of any length give the predictions on the windows of the whole signal, bit for bit.
    @Test(arguments: [1, 7, 32, 100, 128, 300])
    func streaming(hop: Int) throws {
        let shape = SignalShape(channels: 3, samples: 128, samplingRate: 128, outputs: 2)
        let plan = try net(shape).compiled(batchSize: 1)
        var generator = Generator(seed: 2)
        let signal = Tensor(normalWithMean: 0, shape: [3, 1000], using: &generator)
        let expected = stride(from: 0, through: 1000 - 128, by: hop).map { start in
            (start + 128, plan(signal.sliced(axis: 1, start..<(start + 128)).expandingDimensions(at: 0)).scalars)
        }
        for lengths in [[1000], [1], [13], [128], [500, 1, 2, 497], [127, 1, 129]] {
            var predictor = StreamingPredictor(plan, hop: hop)
            for _ in 0..<2 {
                var found: [StreamingPredictor.Prediction] = []
                var (start, number) = (0, 0)
                while start < 1000 {
                    let end = min(1000, start + lengths[number % lengths.count])
                    found += predictor.append(signal.sliced(axis: 1, start..<end))
                    (start, number) = (end, number + 1)
                }
                let isSame = found.count == expected.count && zip(found, expected).allSatisfy { $0.end == $1.0 && $0.scores.scalars == $1.1 }
                #expect(isSame, "chunks of \(lengths)")
                predictor.reset()
            }
        }
    }
}
