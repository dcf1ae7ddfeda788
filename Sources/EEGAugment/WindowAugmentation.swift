public import EEGTensor
internal import Synchronization

/// An augmentation that changes windows one by one, each with a certain probability.
///
/// Conform to it to add one of your own:
///
/// ```swift
/// struct Clipping: WindowAugmentation {
///     let probability = 0.5
///     func augment(_ window: SignalWindow, using generator: inout Generator) {
///         let limit = Float.random(in: 50...100, using: &generator)
///         for index in window.elements.indices { window.elements[index] = min(max(window.elements[index], -limit), limit) }
///     }
/// }
/// ```
public protocol WindowAugmentation: Augmentation {
    /// The probability with which a window is changed.
    var probability: Double { get }

    /// Throws where windows of this size cannot be changed.
    func validate(channels: Int, samples: Int) throws(AugmentationError)

    /// Changes a window in place.
    func augment(_ window: SignalWindow, using generator: inout Generator) throws
}

/// One window of a batch, `[channel, time]`, in memory that can be written: valid during the call it is passed to.
public struct SignalWindow {
    public let channels: Int
    public let samples: Int
    /// All channels, one behind the other.
    public let elements: UnsafeMutableBufferPointer<Float>

    /// The samples of a channel.
    public subscript(channel: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: elements[(channel * samples)..<((channel + 1) * samples)])
    }
}

extension WindowAugmentation {
    public func validate(channels: Int, samples: Int) throws(AugmentationError) {}

    /// Changes some windows of the batch in place, on all threads that the caller may use.
    public func augment(_ batch: inout Batch, using generators: WindowGenerators) throws {
        let shape = batch.signals.shape
        let (channels, samples) = (shape[1], shape[2])
        try validate(channels: channels, samples: samples)
        let size = channels * samples
        guard batch.count > 0, size > 0 else { return }
        try forEachWindow(of: &batch.signals) { index, window in
            var generator = generators[index]
            if generator.occurs(probability) { try augment(window, using: &generator) }
        }
    }
}

/// Calls `body` with each window of `[batch, channel, time]`, on several threads; what it throws for the first window of those is thrown here.
package func forEachWindow(of signals: inout Tensor, _ body: (Int, SignalWindow) throws -> Void) throws {
    let (count, channels, samples) = (signals.shape[0], signals.shape[1], signals.shape[2])
    let size = channels * samples
    let failure = Mutex<(window: Int, error: any Error)?>(nil)
    signals.withUnsafeMutableBufferPointer { elements in
        parallelFor(count, grain: max(1, 16_384 / size)) { windows in
            for index in windows {
                let part = UnsafeMutableBufferPointer(rebasing: elements[(index * size)..<((index + 1) * size)])
                do {
                    try body(index, SignalWindow(channels: channels, samples: samples, elements: part))
                } catch {
                    failure.withLock { if index < $0?.window ?? count { $0 = (index, error) } }
                }
            }
        }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
}
