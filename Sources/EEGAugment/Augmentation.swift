public import EEGTensor

/// A random change of windows of a batch, to train with. Most change windows one by one: see ``WindowAugmentation``.
public protocol Augmentation: Sendable {
    /// Changes a batch.
    ///
    /// - Parameter generators: for each window of the batch a generator of its own; no other random numbers may be used.
    func augment(_ batch: inout Batch, using generators: WindowGenerators) throws
}

/// For each window of a batch a generator that depends on the window's place in the epoch only: not on the size of the batch, nor on the thread.
public struct WindowGenerators: Sendable {
    private let generator: Generator
    private let place: Int

    /// The generators of windows at consecutive places of an epoch.
    ///
    /// - Parameters:
    ///   - generator: of the augmentation and the epoch.
    ///   - place: of the first window of the batch.
    public init(_ generator: Generator, place: Int) {
        self.generator = generator
        self.place = place
    }

    /// The generator of a window, counted from 0 in the batch.
    public subscript(window: Int) -> Generator { generator.stream("window", place + window) }
}

/// Several augmentations, one after the other, with the random numbers that decide on them.
///
/// ```swift
/// let augmentation = AugmentationPipeline(
///     [try FTSurrogate(probability: 0.5), try ChannelsDropout(probability: 0.5)], generator: Generator(seed: 1))
/// try trainer.fit(&model, on: loader.transformed(by: augmentation))
/// ```
///
/// A window's random numbers depend on the generator, the place of the augmentation in the list, the epoch and the window's place in the epoch.
public struct AugmentationPipeline: BatchTransform {
    public let augmentations: [any Augmentation]
    public let generator: Generator

    public init(_ augmentations: [any Augmentation], generator: Generator) {
        self.augmentations = augmentations
        self.generator = generator
    }

    public func transform(_ batch: inout Batch, epoch: Int, place: Int) throws {
        for (number, augmentation) in augmentations.enumerated() {
            let generator = generator.stream("epoch", epoch).stream("augmentation", number)
            try augmentation.augment(&batch, using: WindowGenerators(generator, place: place))
        }
    }
}

extension Generator {
    /// Whether an event of this probability occurs.
    mutating func occurs(_ probability: Double) -> Bool { uniform() < probability }

    /// A number in `[0, 1)` with 53 random bits.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
