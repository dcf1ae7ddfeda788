import EEGAugment
import EEGData
import EEGModels
import EEGTensor
import Foundation

/// How well a network does on test recordings corrupted with some strength.
struct RobustnessRow: Codable, Equatable {
    /// The folder of the network.
    let cell: String
    let strength: Double
    let accuracy: Double
    let balancedAccuracy: Double

    static let columns = ",model_dir,noise_strength,acc,bal_acc,dataset,model,dsf_type,denoising"

    /// Data set, network, filter and denoising: the parts of the folder's name.
    var parts: [String] { cell.split(separator: "-", maxSplits: 3).map(String.init) }

    func csv(_ index: Int) -> String {
        (["\(index)", cell, "\(strength)", "\(accuracy)", "\(balancedAccuracy)"] + parts).joined(separator: ",")
    }
}

/// How test recordings are corrupted.
struct CorruptionSettings: Codable, Equatable {
    static let strengths = [0, 0.25, 0.5, 0.75, 1]

    var seed: UInt32 = 87
    /// As published, channels and noise levels are drawn with NumPy's generator from one recording to the next.
    var randomness = Fidelity.corrected
    /// Whether all strengths share channels and noise levels.
    var sharesMasks = false

    func corruption(of test: WindowSet) throws -> RecordingCorruption {
        try RecordingCorruption(
            recordings: test.recordings.count, channels: test.shape.channels, strengths: Self.strengths, sharesMasks: sharesMasks,
            randomness: randomness == .asPublished ? .asPublished(seed: seed) : .corrected(Generator(seed: UInt64(seed))))
    }
}

/// Tests all networks of a run on corrupted recordings. What was found before an earlier evaluation was ended is not computed again.
struct RobustnessEvaluation {
    let run: RunFolder
    let cells: [(files: CellFiles, settings: CellSettings)]
    let data: StagingData
    let corruption: CorruptionSettings
    let workers: Int
    let repair: ChannelRepair

    private struct Partial: Codable {
        var corruption: CorruptionSettings
        /// For each network size and time of its weights: rows of one that was trained anew do not count.
        var networks: [String: String]
        var rows: [RobustnessRow]
    }

    /// - Returns: the rows of the table: networks without autoreject first, strength by strength, by name.
    func rows() throws -> [RobustnessRow] {
        let networks = try Dictionary(uniqueKeysWithValues: cells.map { ($0.settings.folderName, try $0.files.weightsVersion) })
        var partial = Partial(corruption: corruption, networks: networks, rows: [])
        if let earlier = decoded(Partial.self, from: run.partialResults), earlier.corruption == corruption {
            partial.rows = earlier.rows.filter { earlier.networks[$0.cell] == networks[$0.cell] }
        }
        var rows: [RobustnessRow] = []
        for isRepaired in [false, true] {
            let group = cells.filter { ($0.settings.training.denoising == .autoreject) == isRepaired }
                .sorted { $0.settings.folderName < $1.settings.folderName }
            for (index, strength) in CorruptionSettings.strengths.enumerated() where !group.isEmpty {
                let known = group.map { cell in partial.rows.first { $0.cell == cell.settings.folderName && $0.strength == strength } }
                guard known.contains(nil) else {
                    rows += known.compactMap(\.self)
                    continue
                }
                let loader = try corrupted(strength: index, isRepaired: isRepaired)
                for (cell, known) in zip(group, known) {
                    let row = try known ?? self.row(of: cell, strength: strength, on: loader)
                    rows.append(row)
                    guard known == nil else { continue }
                    let result = "strength \(decimals(strength, 2)): balanced accuracy \(percent(row.balancedAccuracy))"
                    data.out("\(padded(row.cell, 44)) \(result)")
                    partial.rows.append(row)
                    try write(json(partial), to: run.partialResults)
                }
            }
        }
        return rows
    }

    private func row(of cell: (files: CellFiles, settings: CellSettings), strength: Double, on loader: DataLoader) throws -> RobustnessRow {
        let model = try SpatiallyFilteredStager(contentsOf: cell.files.weights)
        let confusion = try model.evaluate(on: loader).confusion
        return RobustnessRow(
            cell: cell.settings.folderName, strength: strength, accuracy: confusion.accuracy, balancedAccuracy: confusion.balancedAccuracy)
    }

    private func corrupted(strength: Int, isRepaired: Bool) throws -> DataLoader {
        let loader = try DataLoader(data.test, batchSize: 64, workers: workers)
            .transformed(by: corruption.corruption(of: data.test).transform(strengthIndex: strength))
        return isRepaired ? loader.transformed(by: try repair.fitted(to: loader, isCorrupted: true)) : loader
    }
}
