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
        #expect(output.contains("Going on with"))
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
        #expect(report.contains("balanced accuracy \(percent) %"))

        // The same settings are evaluated again by themselves, and drawn.
        try folder.run("evaluate", "--exp_dir", whole)
        #expect(try table == String(contentsOfFile: whole + "/evaluate_noise_robustness/noise_robustness_results.csv", encoding: .utf8))
        try folder.run("plot", whole + "/evaluate_noise_robustness/noise_robustness_results.csv", "--output", folder.path("figure.svg"))
        let attention = try folder.run("inspect", "\(whole)/\(Self.grid[5])", "--windows", "20")
        #expect(attention.contains("Correlation of strength and attention"))
    }

    /// Settings that make no sense are refused in one line.
    @Test func wrongArguments() throws {
        let folder = try Folder()
        for arguments in [
            ["train", "--dataset", "edf"], ["train", "--n_epochs", "0"], ["train", "--model", "other"],
            ["evaluate", "--exp_dir", folder.path("none")],
            ["demo", "--folder", folder.path("none")], ["experiment", "pc18", "--save_dir", folder.path("runs")],
        ] {
            let (status, _, errors) = try folder.result(of: arguments)
            #expect(status != 0 && !errors.isEmpty && !errors.contains("Fatal error"), "\(arguments): status \(status), \(errors)")
        }
    }
}
