internal import EEGModels
internal import EEGTensor
internal import Foundation

/// The properties but those of gradients; each returns what is wrong.
extension ConformanceSubject {
    func shapeFailures(_ model: some Model) -> [String] {
        var failures: [String] = []
        for mode in [ForwardContext.Mode.inference, .training] {
            for x in mode == .training ? [windows] : [windows, windows[0..<1]] {
                let scores = scores(model, x, mode)
                if scores.rank < 2 || scores.shape[0] != x.shape[0] || scores.shape[1] != shape.outputs {
                    failures.append(
                        "shapes: scores of \(x.shape) in \(mode) are \(scores.shape), expected [\(x.shape[0]), \(shape.outputs)]")
                } else if let index = scores.scalars.firstIndex(where: { !$0.isFinite }) {
                    failures.append(
                        "shapes: the score at \(Comparison.index(index, in: scores.shape)) in \(mode) is \(scores.scalars[index])")
                }
            }
        }
        return failures
    }

    func determinismFailures(_ model: some Model, _ twin: some Model) -> [String] {
        guard model.state.map(\.name) == twin.state.map(\.name) else {
            return ["determinism: two models of one seed have different parameters: \(model.state.count) and \(twin.state.count)"]
        }
        var failures: [String] = []
        for (one, other) in zip(model.state, twin.state) where !one.value.isIdentical(to: other.value) {
            failures.append("determinism: \(one.name) differs between two models of one seed")
        }
        guard failures.isEmpty else { return failures }
        for mode in [ForwardContext.Mode.inference, .training] {
            let first = scores(model, windows, mode)
            for (what, again) in [("a second pass", scores(model, windows, mode)), ("a second model", scores(twin, windows, mode))] {
                let comparison = Comparison(DoubleTensor(again), DoubleTensor(first), relative: 0)
                if let failure = comparison.failure { failures.append("determinism: \(what) in \(mode) gives other scores: \(failure)") }
            }
        }
        return failures
    }

    func sideEffectFailures(_ model: some Model) -> [String] {
        let before = model.state.map(\.value.scalars)
        var failures: [String] = []
        for mode in [ForwardContext.Mode.inference, .training] {
            var context = context(mode)
            _ = model(windows, &context)
            // What inference asks for must not be asked for; what training asks for waits.
            if mode == .inference { context.applyUpdates() }
            for (parameter, values) in zip(model.state, before) where parameter.value.scalars != values {
                failures.append("side effects: a forward pass in \(mode) changes \(parameter.name)")
            }
        }
        return failures
    }

    func independenceFailures(_ model: some Model) -> [String] {
        let together = DoubleTensor(scores(model, windows, .inference))
        let alone = (0..<settings.batch).map { DoubleTensor(scores(model, windows[$0..<($0 + 1)], .inference)) }
        let comparison = Comparison(
            DoubleTensor(alone.flatMap(\.values), shape: together.shape), together, relative: settings.batchTolerance)
        guard let failure = comparison.failure else { return [] }
        return ["batch independence: scores of single windows differ from those of the batch: \(failure)"]
    }

    func checkpointFailures(_ model: some Model, _ other: some Model) -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        // Buffers that differ from their first values.
        var context = context(.training)
        _ = model(windows, &context)
        context.applyUpdates()
        do {
            try model.save(to: file.path)
            try other.load(from: file.path)
        } catch {
            return ["checkpoint: \(error)"]
        }
        var failures: [String] = []
        for (saved, loaded) in zip(model.state, other.state) where !saved.value.isIdentical(to: loaded.value) {
            failures.append("checkpoint: \(saved.name) is not what was saved")
        }
        let comparison = Comparison(
            DoubleTensor(scores(other, windows, .inference)), DoubleTensor(scores(model, windows, .inference)), relative: 0)
        if let failure = comparison.failure {
            failures.append(
                "checkpoint: the loaded model gives other scores, so its state is not in its parameters and buffers: \(failure)")
        }
        return failures
    }

    func learningFailures(_ model: some Model) -> [String] {
        var optimization = OptimizerState(.adam(learningRate: settings.learningRate), of: model.parameters)
        let generator = Generator(seed: settings.seed)
        // Compared with one and the same dropout.
        let before = loss(model, .training(generator))
        var curve: [Float] = []
        for step in 0..<settings.steps {
            var context = ForwardContext.training(generator.stream("step \(step)"))
            let (value, gradients) = valueAndGradient(of: model.parameters) { loss(of: model(windows, &context)) }
            context.applyUpdates()
            optimization.update(with: gradients)
            curve.append(value.scalar)
        }
        let after = loss(model, .training(generator))
        guard after < 0.98 * before else {
            return ["learning: the loss is \(before) before and \(after) after \(settings.steps) steps; at the steps \(curve)"]
        }
        return []
    }

    private func loss(_ model: some Model, _ context: ForwardContext) -> Float {
        var context = context
        return loss(of: model(windows, &context)).scalar
    }

    /// The cross-entropy, of all steps where scores have an axis of time; for a single output the squared distance from 1 or −1 by turns.
    private func loss(of scores: Tensor) -> Tensor {
        let rows = scores.rank == 2 ? scores : scores.flattened(fromAxis: 2).mean(over: 2)
        if shape.outputs > 1 { return crossEntropy(rows, labels) }
        let targets = labels.indices.map { Float($0 % 2 == 0 ? 1 : -1) }
        return (rows - Tensor(targets, shape: rows.shape)).squared().mean()
    }
}
