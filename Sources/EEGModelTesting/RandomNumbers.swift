internal import EEGTensor

/// A reproducible stream of numbers of magnitude 1/2 to 1 and either sign (splitmix64), so that no element counts for little.
///
/// It is of its own because a check must not lean on the generator that it may be checking.
struct RandomNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        let signed = Double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1
        return signed / 2 + (signed < 0 ? -0.5 : 0.5)
    }

    mutating func tensor(_ shape: Shape) -> DoubleTensor {
        DoubleTensor((0..<shape.elementCount).map { _ in next() }, shape: shape)
    }
}
