import Foundation
import Testing

/// The program `dsf` on generated records, from the records to the table.
@Suite(.serialized) struct ExperimentTests {
    private static let grid = ["vanilla", "dsfd", "dsfm_st"].flatMap { filter in
        ["no_denoising", "autoreject", "data_augm"].map { "pc18-stager_net-\(filter)-\($0)" }
    }

    /// A run that is killed and started again ends with the table of one that was left alone.
    @Test func nineNetworksAndTheirTable() throws {
        let folder = try Folder()
        try folder.run("synth", folder.path("records"), "--recordings", "5", "--hours", "0.1", "--n_jobs", "2")
        #expect(FileManager.default.fileExists(atPath: folder.path("records/training/tr99-0004/tr99-0004.arousal")))
        let command = ["experiment", "pc18", "--n_epochs", "2", "--lr", "0.002", "--batch_size", "16", "--save_dir"]
        try folder.run(command + [folder.path("whole")])
        let whole = try folder.newestRun("whole/pc18")

        // Killed while the fourth network is trained, then, evaluating, once more.
        for marker in ["\(Self.grid[3])/history.json", "evaluate_noise_robustness/partial_results.json"] {
            try folder.killing(command + [folder.path("broken")], whenExists: marker, in: "broken/pc18")
        }
        let output = try folder.run(command + [folder.path("broken")])
        #expect(output.contains("Going on with") && !output.contains("autoreject failed"))
        #expect(output.split(separator: "\n").allSatisfy { $0.hasPrefix("[simulated]") })
        let broken = try folder.newestRun("broken/pc18")
        let table = try String(contentsOfFile: whole + "/evaluate_noise_robustness/noise_robustness_results.csv", encoding: .utf8)
        #expect(try table == String(contentsOfFile: broken + "/evaluate_noise_robustness/noise_robustness_results.csv", encoding: .utf8))

        let lines = table.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        #expect(lines.count == 46)
        #expect(lines[0] == ["", "model_dir", "noise_strength", "acc", "bal_acc", "dataset", "model", "dsf_type", "denoising"])
        #expect(lines.dropFirst().enumerated().allSatisfy { $1[0] == "\($0)" && $1[1] == $1[5...8].joined(separator: "-") })
        #expect(Set(lines.dropFirst().map { "\($0[1]) \($0[2])" }).count == 45)
        for cell in Self.grid {
            for file in ["params.safetensors", "checkpoint.safetensors", "history.json", "settings.json", "report.txt"] {
                #expect(FileManager.default.fileExists(atPath: "\(whole)/\(cell)/\(file)"), "\(cell)/\(file)")
            }
            let history = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(whole)/\(cell)/history.json")))
            #expect((history as? [[String: Any]])?.count == 2)
        }

        // What the corruption does not touch, it does not change: the clean result of the report is in the table.
        let report = try String(contentsOfFile: "\(whole)/\(Self.grid[0])/report.txt", encoding: .utf8)
        let clean = try #require(lines.first { $0[1] == Self.grid[0] && $0[2] == "0.0" })
        let percent = try ((#require(Double(clean[4])) * 1000).rounded() / 10)
        #expect(report.contains("balanced accuracy \(percent) %") && report.hasPrefix("SIMULATED"))

        // The same settings are evaluated again by themselves, and drawn.
        try folder.run("evaluate", "--exp_dir", whole)
        #expect(try table == String(contentsOfFile: whole + "/evaluate_noise_robustness/noise_robustness_results.csv", encoding: .utf8))
        let figure = folder.path("figures/figure.svg")
        try folder.run("plot", whole + "/evaluate_noise_robustness/noise_robustness_results.csv", "--output", figure)
        #expect(try String(contentsOfFile: figure, encoding: .utf8).contains("SIMULATED"))
        let attention = try folder.run("inspect", "\(whole)/\(Self.grid[5])", "--windows", "20")
        #expect(attention.contains("Correlation of strength and attention"))

        // With another recording the split is another one: networks are neither tested nor trained on.
        try folder.run("synth", folder.path("records"), "--recordings", "6", "--hours", "0.1")
        try FileManager.default.removeItem(atPath: whole + "/evaluate_noise_robustness/noise_robustness_results.csv")
        for arguments in [["evaluate", "--exp_dir", whole], ["inspect", "\(whole)/\(Self.grid[5])"], command + [folder.path("whole")]] {
            let (status, _, errors) = try folder.result(of: arguments)
            #expect(status != 0 && errors.contains("there were 5 recordings, now there are 6"), "\(errors)")
        }
    }

    /// Missing samples count as 0, and a night without stages is left out.
    @Test func imperfectRecords() throws {
        let folder = try Folder()
        try folder.run("synth", folder.path("records"), "--recordings", "7", "--hours", "0.1")
        for night in 0..<7 {
            let path = folder.path("records/training/tr99-000\(night)/tr99-000\(night)")
            var signals = try Data(contentsOf: URL(fileURLWithPath: path + ".mat"))
            // The value of WFDB for no sample, -32768, over a stretch of all channels.
            for place in stride(from: 100_000, to: 110_000, by: 2) { signals.replaceSubrange(place..<(place + 2), with: [0x00, 0x80]) }
            try signals.write(to: URL(fileURLWithPath: path + ".mat"))
        }
        // No annotations at all: only the mark of the end.
        try Data([0, 0]).write(to: URL(fileURLWithPath: folder.path("records/training/tr99-0003/tr99-0003.arousal")))
        let train = ["train", "--dataset", "pc18", "--n_epochs", "1", "--cosine_annealing", "False", "--dsf_n_out_channels", "None"]
        let output = try folder.run(train + ["--dsf_type", "dsfd", "--exp_dir", folder.path("run")])
        #expect(output.contains("Warning: tr99-0003 has no sleep stage of 30 s and is left out"))
        #expect(output.contains("balanced accuracy"))
    }

    /// What the demonstration prints is marked, and its table has a row for each method, seed and strength.
    @Test(arguments: ["arithmetic", "eye-state"]) func simulatedDemonstration(data: String) throws {
        let folder = try Folder()
        let output = try folder.run(
            "demo", "--data", data, "--seeds", "1", "--epochs", "1", "--folds", "2", "--baselines", "--output", folder.path("demo"))
        #expect(output.split(separator: "\n").allSatisfy { $0.hasPrefix("[simulated]") })
        let lines = try String(contentsOfFile: folder.path("demo/balanced-accuracy.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 31 && lines.allSatisfy { $0.split(separator: ",").count == 6 })
        for figure in ["balanced-accuracy", "attention", "spatial-filters"] {
            #expect(FileManager.default.fileExists(atPath: folder.path("demo/\(figure).svg")))
        }
    }

    /// Settings that make no sense are refused in one line.
    @Test func wrongArguments() throws {
        let folder = try Folder()
        for arguments in [
            ["train", "--dataset", "edf"], ["train", "--n_epochs", "0"], ["train", "--model", "other"],
            ["train", "--n_epochs", "\(Int.max)"], ["train", "--batch_size", "\(Int.max)"], ["train", "--cosine_annealing", "maybe"],
            ["train", "--dsf_n_out_channels", "many"], ["demo", "--seeds", "\(Int.max)"], ["export", "--windows=-1"],
            ["evaluate", "--exp_dir", folder.path("none")],
            ["demo", "--folder", folder.path("none")], ["experiment", "pc18", "--save_dir", folder.path("runs")],
        ] {
            let (status, _, errors) = try folder.result(of: arguments)
            #expect(status != 0 && !errors.isEmpty && !errors.contains("Fatal error"), "\(arguments): status \(status), \(errors)")
        }
        // Settings of the network are told before recordings are looked for.
        for option in ["dropout=1.5", "dsf_n_out_channels=0", "n_conv_chs=0", "weight_decay=-1", "window_size_s=5"] {
            let (status, _, errors) = try folder.result(of: ["train", "--dsf_type", "dsfd", "--\(option)"])
            #expect(status != 0 && !errors.contains("PC18_DATASET_PATH") && !errors.contains("Fatal error"), "\(option): \(errors)")
        }
        // Without records the message says how to name them.
        #expect(try folder.result(of: ["train"]).errors.contains("PC18_DATASET_PATH"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("runs")))
    }
}
