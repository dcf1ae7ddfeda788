import ArgumentParser
import EEGModels
import EEGTensor

/// The networks that can be trained.
enum Network: String, CaseIterable, ExpressibleByArgument {
    case eegNet = "EEGNet"
    case shallow = "ShallowFBCSPNet"
    case chambon = "SleepStagerChambon2018"

    func model(_ shape: SignalShape, generator: Generator) throws -> any Model {
        switch self {
        case .eegNet: try EEGNet(shape, generator: generator)
        case .shallow: try ShallowFBCSPNet(shape, generator: generator)
        case .chambon: try SleepStagerChambon2018(shape, generator: generator)
        }
    }
}
