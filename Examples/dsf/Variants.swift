import ArgumentParser
import EEGModels

/// The filter in front of the stager.
enum FilterType: String, CaseIterable, Codable, ExpressibleByArgument {
    case vanilla, dsfd
    case dsfmSoftThreshold = "dsfm_st"
    /// The two other combinations of features and threshold, which the authors' programs leave out.
    case dsfdSoftThreshold = "dsfd_st"
    case dsfm

    /// Those of the published grid.
    static let published: [FilterType] = [.vanilla, .dsfd, .dsfmSoftThreshold]

    var title: String {
        switch self {
        case .vanilla: "Vanilla net"
        case .dsfd: "DSFd"
        case .dsfmSoftThreshold: "DSFm-st"
        case .dsfdSoftThreshold: "DSFd-st"
        case .dsfm: "DSFm"
        }
    }

    /// Nil for no filter.
    func configuration(outputs: Int?) -> DynamicSpatialFilter.Configuration? {
        switch self {
        case .vanilla: nil
        case .dsfd: .init(features: .logVariance, outputs: outputs)
        case .dsfmSoftThreshold: .init(features: .logCovariance, softThreshold: 0.1, outputs: outputs)
        case .dsfdSoftThreshold: .init(features: .logVariance, softThreshold: 0.1, outputs: outputs)
        case .dsfm: .init(features: .logCovariance, outputs: outputs)
        }
    }
}

/// What is done about corruption beside the filter.
enum Denoising: String, CaseIterable, Codable, ExpressibleByArgument {
    case nothing = "no_denoising"
    /// Bad channels are interpolated window by window: when training as well as for tests.
    case autoreject
    /// Training windows are corrupted at random.
    case augmentation = "data_augm"

    var title: String {
        switch self {
        case .nothing: "No denoising"
        case .autoreject: "Autoreject"
        case .augmentation: "Data augmentation"
        }
    }
}

/// Whether a step is done as the authors' programs do it, or without what is an error there.
enum Fidelity: String, CaseIterable, Codable, ExpressibleByArgument {
    case corrected
    case asPublished = "as_published"
}
