internal import CEEGKernels

/// Sets each element to 0 with a probability and scales the others so that the expectation stays: `x / (1 - probability)`.
///
/// Which elements remain depends on the generator's state and their index alone; the generator moves on. The gradient draws the same numbers
/// again instead of keeping a mask.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
/// - Parameters:
///   - x: any shape.
///   - probability: of an element to be dropped, in 0...1; it is rounded to a multiple of 2⁻¹⁶.
///   - generator: where the random numbers come from.
/// - Returns: the shape of `x`.
public func dropout(_ x: consuming Tensor, probability: Float, using generator: inout Generator) -> Tensor {
    let mask = DropoutMask(probability: probability, elements: x.count, &generator, "dropout")
    return mask.probability == 0 ? x : apply(Dropout(mask: mask), x)
}

/// Sets whole channels to 0 with a probability and scales the others by `1 / (1 - probability)`, where neighbours in time or space are too
/// alike for single elements to be dropped.
///
/// Source: Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015 (spatial dropout).
/// - Parameters:
///   - x: `[batch, channel, ...]`; each channel of each sample is kept or dropped as a whole.
///   - probability: of a channel to be dropped, in 0...1; it is rounded to a multiple of 2⁻¹⁶.
///   - generator: where the random numbers come from.
/// - Returns: the shape of `x`.
/// - Precondition: at least two axes.
public func channelDropout(_ x: consuming Tensor, probability: Float, using generator: inout Generator) -> Tensor {
    var shape = x.shape
    require(shape.rank >= 2, "channelDropout: needs the axes [batch, channel, ...], the shape is \(shape)")
    for axis in 2..<shape.rank { shape[axis] = 1 }
    let factors = dropout(Tensor(ones: shape), probability: probability, using: &generator)
    return probability == 0 ? x : x * factors
}

struct Dropout: Operation {
    static let name = "dropout"

    let mask: DropoutMask

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        TensorList(drop(inputs[0], into: pass.result(overwriting: 0, of: inputs)))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        TensorList(drop(gradients[0], into: pass.result(overwriting: 0, of: gradients)))
    }

    private func drop(_ x: Tensor, into result: Tensor) -> Tensor {
        mask.apply(to: x.pointer, into: result.mutablePointer, count: x.count)
        return withExtendedLifetime(x) { result }
    }

    var attributes: String { "probability: \(mask.probability)" }
}

/// Which elements are dropped: drawn anew from the generator's state whenever they are needed, never stored.
struct DropoutMask: Sendable {
    /// Elements with at least this among sixteen random bits remain.
    private let threshold: Int32
    private let start: Generator

    /// The kernel draws for groups of this many elements, from 64 blocks of four numbers.
    private static let group = 512

    /// A mask for `elements` elements.
    init(probability: Float, elements: Int, _ generator: inout Generator, _ operation: String) {
        require((0...1).contains(probability), "\(operation): probability \(probability) is not in 0...1")
        threshold = Int32((probability * 65536).rounded())
        start = generator.reserve(Self.padded(elements) / 2)
    }

    var probability: Float { Float(threshold) / 65536 }

    /// The number of elements after which another part of the mask can begin.
    static func padded(_ elements: Int) -> Int { (elements + group - 1) / group * group }

    /// Writes the elements that remain, scaled, and 0 for the others; for a part of the mask that begins behind `offset` elements.
    func apply(to x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, offset: Int = 0) {
        let scale = threshold == 65536 ? 0 : 65536 / Float(65536 - threshold)
        ceeg_dropout(start.key, start.sequence, start.block &+ UInt64(offset / 8), threshold, scale, x, y, Int64(count))
    }
}
