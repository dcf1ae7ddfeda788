public import EEGTensor

/// Exchanges the electrodes of the left and the right half of the head.
///
/// Source: Deiss et al., "HAMLET: interpretable human and machine co-learning technique", arXiv:1803.09702, 2018.
public struct ChannelsSymmetry: WindowAugmentation {
    public let probability: Double
    /// For each channel the one it takes the place of: itself on the midline and where the other side has no electrode.
    public let partners: [Int]

    /// - Parameter channelNames: of the channels in their order, in the 10-20 nomenclature: odd numbers left, even ones right.
    /// - Throws: where the probability is not in 0...1 or a name occurs twice.
    public init(probability: Double, channelNames: [String]) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(Set(channelNames).count == channelNames.count, "channel names", channelNames, "different from each other")
        self.probability = probability
        let places = Dictionary(uniqueKeysWithValues: channelNames.enumerated().map { ($1, $0) })
        partners = channelNames.enumerated().map { place, name in mirrored(name).flatMap { places[$0] } ?? place }
    }

    public func validate(channels: Int, samples: Int) throws(AugmentationError) {
        if channels != partners.count {
            throw .shapeMismatch(augmentation: "ChannelsSymmetry", expected: "\(partners.count) channels", found: [channels, samples])
        }
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        for (channel, partner) in partners.enumerated() where partner > channel {
            let (left, right) = (window[channel], window[partner])
            for time in left.indices { (left[time], right[time]) = (right[time], left[time]) }
        }
    }
}

/// The name of the electrode at the same place of the other half: C3 for C4, FFC5h for FFC6h. Nil where the name has no number.
private func mirrored(_ name: String) -> String? {
    guard let start = name.firstIndex(where: \.isWholeNumber) else { return nil }
    let digits = name[start...].prefix(while: \.isWholeNumber)
    guard let number = Int(digits), number > 0 else { return nil }
    return name[..<start] + "\(number % 2 == 0 ? number - 1 : number + 1)" + name[digits.endIndex...]
}
