public import EEGTensor
internal import Foundation

/// Turns the electrodes around the head by a random angle: the signals at their new places are interpolated by spherical splines.
///
/// Source: Krell and Kim, "Rotational data augmentation for electroencephalographic data", EMBC 2017.
public struct SensorsRotation: WindowAugmentation {
    /// What electrodes turn around; positive angles are counterclockwise, seen from where the axis points to.
    public enum Axis: Sendable, Hashable {
        /// Through the ears, to the right.
        case x
        /// Through inion and nasion, to the nose.
        case y
        /// Through the vertex, upwards.
        case z
    }

    public let probability: Double
    public let axis: Axis
    /// Angles are drawn between its negative and it.
    public let maximumDegrees: Double
    private let spline: SphericalSpline

    /// - Parameter positions: of the channels, in their order.
    /// - Throws: where the probability is not in 0...1, the angle not a number of at least 0, or there are no positions, or one is not finite or at
    ///   the centre of the head.
    public init(
        probability: Double, positions: ElectrodePositions, axis: Axis = .z, maximumDegrees: Double = 15
    ) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(maximumDegrees >= 0 && maximumDegrees.isFinite, "maximum degrees", maximumDegrees, "0 or more")
        for (name, position) in zip(positions.names, positions.positions) {
            let square = position.x * position.x + position.y * position.y + position.z * position.z
            try checkSetting(square.isFinite && square > 0, "position of \(name)", position, "finite and not the centre of the head")
        }
        try checkSetting(!positions.positions.isEmpty, "positions", "none", "one for each channel")
        self.probability = probability
        self.axis = axis
        self.maximumDegrees = maximumDegrees
        do { spline = try SphericalSpline(from: positions.positions) } catch {
            throw .invalidSetting(name: "positions", expected: "places that splines can be computed from", found: "\(error)")
        }
    }

    public func validate(channels: Int, samples: Int) throws(AugmentationError) {
        if channels != spline.sources.count {
            throw .shapeMismatch(augmentation: "SensorsRotation", expected: "\(spline.sources.count) channels", found: [channels, samples])
        }
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        rotate(window, byDegrees: (2 * generator.uniform() - 1) * maximumDegrees)
    }

    /// Turns all electrodes by an angle.
    package func rotate(_ window: SignalWindow, byDegrees degrees: Double) {
        let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
        let turned = spline.sources.map { p in
            switch axis {
            case .x: ElectrodePositions.Position(x: p.x, y: cosine * p.y - sine * p.z, z: sine * p.y + cosine * p.z)
            case .y: ElectrodePositions.Position(x: cosine * p.x + sine * p.z, y: p.y, z: cosine * p.z - sine * p.x)
            case .z: ElectrodePositions.Position(x: cosine * p.x - sine * p.y, y: sine * p.x + cosine * p.y, z: p.z)
            }
        }
        let weights = spline.weights(at: turned)
        let signals = Tensor(window.elements, shape: [window.channels, window.samples])
        let interpolated = matmul(Tensor(weights.elements.map { Float($0) }, shape: [window.channels, window.channels]), signals)
        interpolated.withUnsafeBufferPointer { _ = window.elements.update(fromContentsOf: $0) }
    }
}
