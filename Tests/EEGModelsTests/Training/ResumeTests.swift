import EEGFiles
import EEGModels
import EEGTensor
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A small run with everything that has a state: dropout, batch norm, momentum, averaged weights, a schedule that learns, early stopping.
private struct Run {
    static let problem = ToyProblem()

    static func model(seed: UInt64 = 2) throws -> EEGNet {
        var configuration = EEGNet.Configuration()
        (configuration.temporalFilters, configuration.kernelLength, configuration.separableKernelLength) = (2, 8, 4)
        return try EEGNet(problem.shape, configuration, generator: Generator(seed: seed))
    }

    static func trainer(_ checkpointing: Checkpointing?, epochs: Int = 6) -> Trainer {
        var trainer = Trainer(optimizer: .rAdam(learningRate: 0.02, weightDecay: 1e-3), epochs: epochs, generator: Generator(seed: 1))
        trainer.schedule = WarmUp(over: .epochs(1), then: ReduceOnPlateau(monitor: .validation(.balancedAccuracy), patience: 0))
        trainer.earlyStopping = EarlyStopping(monitor: .validation(.rocAUC), patience: 5)
        trainer.averagingDecay = 0.9
        trainer.accumulatedBatches = 2
        trainer.checkpointing = checkpointing
        return trainer
    }

    /// Trains to the end and returns all values and the results of all epochs.
    static func finish(_ checkpointing: Checkpointing?, seed: UInt64 = 2) throws -> (values: [Tensor], history: [String]) {
        var model = try model(seed: seed)
        let history = try trainer(checkpointing).fit(&model, on: training, validating: heldOut)
        let values = (model.scope.store.parameters + model.scope.store.buffers).map(\.value)
        return (
            values,
            history.map { "\($0.epoch) \($0.training.loss) \($0.validation?.loss ?? 0) \($0.learningRate) \($0.training.confusion)" }
        )
    }

    static var training: [Batch] { problem.batches(7, of: 12, seed: 11) }
    static var heldOut: [Batch] { problem.batches(2, of: 20, seed: 12) }
}

@Suite struct ResumeTests {
    private struct Stop: Error {}

    /// Ends training by an error after so many batches.
    private struct Breaker: TrainingCallback {
        let batches: Int
        func batchDidEnd(_ report: BatchReport) throws {
            if (report.epoch - 1) * 7 + report.batch == batches { throw Stop() }
        }
    }

    @Test(arguments: [1, 4, 7, 11, 20, 34])
    func aRunThatIsTakenUpAgainEndsWithTheSameBits(batches: Int) throws {
        let expected = try Run.finish(nil)
        let folder = try TemporaryFolder()
        let checkpointing = Checkpointing(to: folder.path("run.safetensors"), resumes: true, everyBatches: 2)
        var model = try Run.model()
        var trainer = Run.trainer(checkpointing)
        trainer.callbacks = [Breaker(batches: batches)]
        #expect(throws: Stop.self) { try trainer.fit(&model, on: Run.training, validating: Run.heldOut) }
        // The other seed shows that the weights come from the file, where there is one yet.
        let hasFile = folder.names.contains("run.safetensors")
        let found = try Run.finish(checkpointing, seed: hasFile ? 77 : 2)
        #expect(hasFile == (batches > 2))
        #expect(found.values == expected.values)
        #expect(found.history == expected.history)
        let again = try Run.finish(checkpointing, seed: 78)
        #expect(again.values == expected.values && again.history == expected.history, "a finished run stays finished")
    }

    @Test func aCheckpointOfARunIsOneOfTheModel() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.safetensors")
        var model = try Run.model()
        var trainer = Run.trainer(Checkpointing(to: path, resumes: false), epochs: 2)
        (trainer.averagingDecay, trainer.earlyStopping) = (nil, nil)
        try trainer.fit(&model, on: Run.training, validating: Run.heldOut)
        let loaded = try EEGNet(contentsOf: path)
        #expect(loaded.parameters.map(\.value) == model.parameters.map(\.value))
    }

    @Test func whatIsNoRunOrAnotherOneThrows() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.safetensors")
        let checkpointing = Checkpointing(to: path, resumes: true)
        try Run.model().save(to: path)
        #expect(throws: CheckpointError.self, "a model without a run") { try Run.finish(checkpointing) }
        try Data("no checkpoint".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: CheckpointError.self, "no safetensors") { try Run.finish(checkpointing) }
        try FileManager.default.removeItem(atPath: path)
        _ = try Run.finish(checkpointing)
        func changed(_ change: (inout Trainer) -> Void) throws {
            var model = try Run.model()
            var trainer = Run.trainer(checkpointing)
            change(&trainer)
            try trainer.fit(&model, on: Run.training, validating: Run.heldOut)
        }
        #expect(throws: CheckpointError.self, "another rule") { try changed { $0.optimizer = .sgd() } }
        #expect(throws: CheckpointError.self, "another seed") { try changed { $0.generator = Generator(seed: 99) } }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for share in [0.1, 0.5, 0.9, 0.999] {
            try bytes.prefix(Int(Double(bytes.count) * share)).write(to: URL(fileURLWithPath: path))
            #expect(throws: CheckpointError.self) { try Run.finish(checkpointing) }
        }
    }

    @Test func changedStatesNeverTrap() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.safetensors")
        let checkpointing = Checkpointing(to: path, resumes: true, everyBatches: 1)
        var model = try Run.model()
        var trainer = Run.trainer(checkpointing)
        trainer.callbacks = [Breaker(batches: 10)]
        #expect(throws: Stop.self) { try trainer.fit(&model, on: Run.training, validating: Run.heldOut) }
        let file = try SafetensorsFile(contentsOf: path)
        let arrays = try file.entries.map { (name: $0.name, array: try file.array($0.name)) }
        let state = try #require(file.metadata["training"])
        for (old, new) in [
            ("\"epoch\":1,", "\"epoch\":-1,"), ("\"batch\":", "\"batch\":-"), ("\"version\":1", "\"version\":2"),
            ("\"step\":", "\"step\":1e99"),
            ("\"history\":[", "\"history\":[{},"), ("\"partialWindows\":", "\"partialWindows\":-"),
            ("\"rule\":\"RAdam\"", "\"rule\":\"Other\""),
            ("\"counts\":[[", "\"counts\":[[7],["), ("\"bestEpoch\":", "\"bestEpoch\":9223372036854775"),
            ("\"partialWindows\":", "\"partialWindows\":9223372036854775"),
        ] {
            #expect(state.contains(old), "\(old) is not in \(state)")
            var metadata = file.metadata
            metadata["training"] = state.replacing(old, with: new)
            try SafetensorsFile.write(arrays, metadata: metadata, to: path)
            #expect(throws: CheckpointError.self, "\(new)") { try Run.finish(checkpointing) }
        }
        for dropped in [
            "training/optimizer/conv_temporal.weight/exp_avg", "training/average/conv_temporal.weight", "training/epoch/outputs",
        ] {
            #expect(arrays.contains { $0.name == dropped })
            try SafetensorsFile.write(arrays.filter { $0.name != dropped }, metadata: file.metadata, to: path)
            #expect(throws: CheckpointError.self, "\(dropped)") { try Run.finish(checkpointing) }
        }
    }

    @Test func ctrlCSavesAndEnds() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.safetensors")
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            struct Presser: TrainingCallback {
                func batchDidEnd(_ report: BatchReport) {
                    guard report.epoch == 2, report.batch == 3 else { return }
                    kill(getpid(), SIGINT)
                    // It reaches the process on a thread of its own choice.
                    usleep(100_000)
                }
            }
            // Tests that run in the background are started with the signal ignored.
            signal(SIGINT, SIG_DFL)
            var model = try Run.model()
            var trainer = Run.trainer(Checkpointing(to: path, resumes: true))
            trainer.callbacks = [Presser()]
            do {
                try trainer.fit(&model, on: Run.training, validating: Run.heldOut)
            } catch TrainingError.interrupted(path) {
                exit(7)
            }
        }
        let expected = try Run.finish(nil)
        let found = try Run.finish(Checkpointing(to: path, resumes: true), seed: 77)
        #expect(found.values == expected.values && found.history == expected.history)
    }

    /// Twenty times the process is killed at a random moment, with the checkpoint written after every step; what is left goes on.
    @Test func killedAtRandomMomentsItEndsWithTheSameBits() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.safetensors")
        let expected = try Run.finish(nil)
        var generator = Generator(seed: UInt64(getpid()))
        for _ in 0..<20 {
            let delay = UInt32.random(in: 0..<40_000, using: &generator)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as UInt32] in
                Thread.detachNewThread {
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                _ = try Run.finish(Checkpointing(to: path, resumes: true, everyBatches: 1))
                kill(getpid(), SIGKILL)
            }
        }
        let found = try Run.finish(Checkpointing(to: path, resumes: true, everyBatches: 1))
        #expect(found.values == expected.values && found.history == expected.history)
        #expect(folder.names == ["run.safetensors"], "what killed writers left is removed")
    }
}
