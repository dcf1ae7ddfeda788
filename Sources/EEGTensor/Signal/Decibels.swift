internal import CEEGKernels

/// What a level in decibels is the logarithm of.
public enum LevelQuantity: Hashable, Sendable {
    /// A power: 10 dB for each factor of ten.
    case power
    /// An amplitude: 20 dB for each factor of ten.
    case amplitude
}

extension Tensor {
    /// Every element as a level in decibels over 1; the same numbers as torchaudio's `AmplitudeToDB`.
    ///
    /// - Parameters:
    ///   - floor: smaller elements count as this, and have no gradient.
    ///   - range: levels further below the highest one of `[channel, band, frame]`, the last three axes, are raised to that distance.
    public consuming func decibels(of quantity: LevelQuantity = .power, floor: Float = 1e-10, range: Float? = nil) -> Tensor {
        require(floor > 0, "decibels: a floor of \(floor)")
        let levels = apply(Decibels(floor: floor, perDecade: quantity == .power ? 10 : 20), self)
        guard let range else { return levels }
        require(range >= 0, "decibels: a range of \(range)")
        let highest = levels.max(over: Axes((1...Swift.min(levels.rank, 3)).map { -$0 }), keepingDimensions: true)
        return maximum(levels, highest - range)
    }
}

struct Decibels: UnaryOperation {
    static let name = "decibels"
    static var function: ceeg_unary_function { CEEG_DECIBEL }
    static let floatingPointOperationsPerElement = 26
    let floor: Float
    let perDecade: Float
    var parameters: (Float, Float) { (floor, perDecade / 2.302585093) }
}
