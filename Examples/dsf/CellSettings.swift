import EEGModels
import EEGTensor
import Foundation

/// How a network is made and trained: at first as in the published experiment.
struct TrainingSettings: Codable, Equatable {
    var filter: FilterType
    var denoising: Denoising
    /// Virtual channels; nil: as many as channels.
    var filterOutputs: Int?
    /// Filters over time of the stager.
    var filters = 16
    var dropout = 0.5
    var learningRate = 1e-3
    var batchSize = 64
    var epochs = 40
    /// Epochs without a better validation loss, after which training ends.
    var patience = 7
    var weightDecay = 1e-3
    var usesCosine = true
    var seed: UInt64 = 87
    /// As published, the weights of classes stand in the order in which classes first occur, not in that of their numbers.
    var classWeightOrder = Fidelity.corrected
    /// As published, thresholds are searched in steps that depend on the unit, and interpolated channels are carried over within the grid.
    var autorejectSearch = Fidelity.corrected
}

/// All that a trained network comes from; kept beside it as `settings.json`.
struct CellSettings: Codable, Equatable {
    var data: DataSettings
    var training: TrainingSettings

    static let modelName = "stager_net"

    /// The folder of the network: `dataset-model-dsf_type-denoising`.
    var folderName: String {
        "\(data.dataSet.rawValue)-\(Self.modelName)-\(training.filter.rawValue)-\(training.denoising.rawValue)"
    }

    func model(_ shape: SignalShape) throws -> SpatiallyFilteredStager {
        var configuration = SpatiallyFilteredStager.Configuration(filter: training.filter.configuration(outputs: training.filterOutputs))
        configuration.stager.filters = training.filters
        configuration.stager.dropoutRate = Float(training.dropout)
        return try SpatiallyFilteredStager(shape, configuration, generator: Generator(seed: training.seed).stream("weights"))
    }
}

/// The files of a trained network in its folder.
struct CellFiles {
    let folder: String

    var settings: String { folder + "/settings.json" }
    /// The recordings that it is trained and tested with.
    var data: String { folder + "/data.json" }
    /// The weights of the epoch with the lowest validation loss, with the network's configuration.
    var weights: String { folder + "/params.safetensors" }
    /// All that is needed to go on training.
    var checkpoint: String { folder + "/checkpoint.safetensors" }
    var history: String { folder + "/history.json" }
    /// The result on the test recordings; written last.
    var report: String { folder + "/report.txt" }

    /// Size and time of the weights.
    var weightsVersion: String {
        get throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: weights)
            let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(attributes[.size] as? Int ?? 0) \(time)"
        }
    }

    /// Whether training has ended.
    var isComplete: Bool { FileManager.default.fileExists(atPath: report) && FileManager.default.fileExists(atPath: weights) }
}
