import EEGData
import EEGTensor
import Foundation
import Testing

/// The program `dsf` on EDF files with hypnograms.
@Suite(.serialized) struct EDFTests {
    private static let stages = ["W", "N1", "N2", "N3", "R"]
    private static let network = "edf-stager_net-vanilla-autoreject"

    /// Noise whose strength tells the stage, each lasting a minute.
    private func write(
        _ labels: [String] = ["F3-M2", "F4-M1", "O1-M2", "O2-M1"], stages: [String] = Self.stages, hasHypnogram: Bool = true, seed: UInt64,
        to path: String
    ) throws {
        var generator = Generator(seed: seed)
        let samples = labels.map { _ in
            stages.flatMap { stage -> [Float] in
                let deviation = Float(10 + 15 * (Self.stages.firstIndex(of: stage) ?? 0))
                return Tensor(normalWithMean: 0, standardDeviation: deviation, shape: [6000], using: &generator).scalars
            }
        }
        let recording = try Recording(
            channels: labels.map { Channel(label: "EEG \($0)", samplingRate: 100, sampleCount: 6000 * stages.count) }, samples: samples,
            start: StartTime(year: 2020, month: 1, day: 1, hour: 22, minute: 0, second: 0),
            annotations: hasHypnogram ? annotations(stages) : [])
        try recording.requantized(bits: 16).writeEDF(to: path)
    }

    private func annotations(_ stages: [String]) -> [Annotation] {
        stages.enumerated().map { Annotation(onset: 60 * Double($0), duration: 60, text: "Sleep stage \($1)") }
    }

    private func train(_ folder: Folder, _ training: String, _ tests: [String], _ more: String...) -> [String] {
        let files = ["--train-file", folder.path(training)] + tests.flatMap { ["--test-file", folder.path($0)] }
        return ["train", "--dataset", "edf"] + files + ["--n_conv_chs", "2", "--batch_size", "2", "--lr", "0.01", "--n_epochs", "6"] + more
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// From files to a network, without validation, with signals and stages in two files; then its tests under corruption.
    @Test func filesToTable() throws {
        let folder = try Folder()
        try write(seed: 1, to: folder.path("train.edf"))
        try write(seed: 2, to: folder.path("test.edf"))
        try write(hasHypnogram: false, seed: 3, to: folder.path("SC4001E0-PSG.edf"))
        let silence = Channel(label: "EEG Fz", samplingRate: 1, sampleCount: 60)
        try Recording(
            channels: [silence], samples: [[Float](repeating: 0, count: 60)],
            start: StartTime(year: 2020, month: 1, day: 1, hour: 22, minute: 1, second: 0),
            annotations: annotations(Array(Self.stages.dropFirst()))
        ).requantized(bits: 16).writeEDF(to: folder.path("SC4001EC-Hypnogram.edf"))

        let tests = ["test.edf", "SC4001E0-PSG.edf"]
        let command = train(folder, "train.edf", tests, "--denoising", "autoreject", "--exp_dir", folder.path("run"))
        let output = try folder.run(command)
        #expect(output.contains("To train with: 1 recordings, 10 windows of 30 s (W 2, N1 2, N2 2, N3 2, R 2)"), "\(output)")
        #expect(output.contains("To test with: 2 recordings, 18 windows of 30 s (W 2, N1 4, N2 4, N3 4, R 4)"), "\(output)")
        #expect(output.contains("balanced accuracy") && !output.contains("To validate with") && !output.contains("autoreject failed"))
        let history = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: folder.path("run/\(Self.network)/history.json"))))
        let epochs = try #require(history as? [[String: Any]])
        #expect(epochs.count == 6 && epochs.allSatisfy { $0["validation_loss"] == nil })

        // Each way of drawing the corruption has a table of its own; without corruption all agree.
        var tables: [[String]] = []
        for more in [[], ["--corruption_randomness", "as_published"], ["--shared_masks"], []] {
            try folder.run(["evaluate", "--exp_dir", folder.path("run")] + more)
            let table = try text(folder.path("run/evaluate_noise_robustness/noise_robustness_results.csv"))
            tables.append(table.split(separator: "\n").map(String.init))
        }
        #expect(tables[0] == tables[3] && Set(tables).count == 3, "\(tables)")
        #expect(tables.allSatisfy { $0.count == 6 && $0[1] == tables[0][1] })

        // Two processes do not work on the same network or the same table.
        for (place, arguments) in [(Self.network, command), ("evaluate_noise_robustness", ["evaluate", "--exp_dir", folder.path("run")])] {
            let descriptor = open(folder.path("run/\(place)/lock"), O_RDWR)
            defer { close(descriptor) }
            #expect(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
            let (status, _, errors) = try folder.result(of: arguments)
            #expect(status != 0 && errors.contains("another process works there"), "\(errors)")
        }
    }

    /// Where nothing can be learnt from a recording it is used as it is, with a warning.
    @Test func autorejectThatFails() throws {
        let folder = try Folder()
        for (seed, name) in ["train.edf", "test.edf"].enumerated() {
            try write(stages: ["W", "N3"], seed: UInt64(seed), to: folder.path(name))
        }
        var weights: [Data] = []
        for denoising in ["autoreject", "no_denoising"] {
            let output = try folder.run(
                train(folder, "train.edf", ["test.edf"], "--denoising", denoising, "--exp_dir", folder.path("run")))
            #expect(output.contains("WARNING: autoreject failed on 1 of 1 recordings") == (denoising == "autoreject"), "\(output)")
            let file = folder.path("run/edf-stager_net-vanilla-\(denoising)/params.safetensors")
            weights.append(try Data(contentsOf: URL(fileURLWithPath: file)))
        }
        #expect(weights[0] == weights[1])
    }

    @Test func unusableFiles() throws {
        let folder = try Folder()
        try write(seed: 1, to: folder.path("night.edf"))
        try write(["Fpz-Cz", "Pz-Oz"], seed: 2, to: folder.path("two.edf"))
        try write(["Fpz-Cz", "Pz-Oz"], seed: 4, to: folder.path("more.edf"))
        try write(hasHypnogram: false, seed: 3, to: folder.path("stageless.edf"))
        for (files, more, message) in [
            (("night.edf", "stageless.edf"), [], "stageless.edf: no annotation is a sleep stage"),
            (("night.edf", "two.edf"), [], "the recordings to test with have the channels"),
            (("two.edf", "more.edf"), ["--denoising", "autoreject"], "autoreject needs 4 electrodes"),
            (("two.edf", "two.edf"), [], "to train with and to validate or test on"),
        ] {
            let (status, _, errors) = try folder.result(
                of: train(folder, files.0, [files.1], "--exp_dir", folder.path("run")) + more)
            #expect(status != 0 && errors.contains(message), "\(errors)")
        }
    }
}
