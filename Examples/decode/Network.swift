import ArgumentParser
import EEGModels
import EEGTensor

/// The networks that can be trained.
enum Network: String, CaseIterable, ExpressibleByArgument {
    case eegNet = "EEGNet"
    case shallow = "ShallowFBCSPNet"
    case conformer = "EEGConformer"
    case atcNet = "ATCNet"
    case chambon = "SleepStagerChambon2018"

    func model(_ shape: SignalShape, generator: Generator) throws -> any Model {
        switch self {
        case .eegNet: try EEGNet(shape, generator: generator)
        case .shallow: try ShallowFBCSPNet(shape, generator: generator)
        case .conformer: try EEGConformer(shape, generator: generator)
        case .atcNet: try ATCNet(shape, generator: generator)
        case .chambon: try SleepStagerChambon2018(shape, generator: generator)
        }
    }
}
