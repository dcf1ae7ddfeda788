internal import CEEGKernels

struct Choice: Operation {
    static let name = "choose"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (mask, a, b) = (inputs[0], inputs[1], inputs[2])
        let pair = Broadcasting(a.shape, b.shape, Self.name)
        let broadcasting = Broadcasting(pair.shape, mask.shape, Self.name)
        let y = Tensor(uninitialized: broadcasting.shape)
        broadcasting.withLayout(mask.shape, a.shape) { rank, sizes, maskStrides, aStrides in
            withPointer(to: broadcasting.strides(b.shape)) { bStrides in
                ceeg_choose(rank, sizes, maskStrides, aStrides, bStrides, mask.pointer, a.pointer, b.pointer, y.mutablePointer)
            }
        }
        pass.save(mask)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let mask = pass.saved[0]
        let broadcasting = Broadcasting(dy.shape, dy.shape, Self.name)
        func gradient(_ index: Int) -> Tensor? {
            guard pass.needsGradient(index) else { return nil }
            let dx = Tensor(uninitialized: pass.shape(ofInput: index))
            broadcasting.withLayout(mask.shape, dx.shape) { rank, sizes, maskStrides, strides in
                ceeg_choose_gradient(index == 1, rank, sizes, maskStrides, strides, dy.pointer, mask.pointer, dx.mutablePointer)
            }
            return dx
        }
        return TensorList(nil, gradient(1), gradient(2))
    }
}

/// 1 where the comparison holds and 0 elsewhere; the operands broadcast, no gradient flows through.
private func compare(_ function: ceeg_binary_function, _ name: String, _ a: Tensor, _ b: Tensor) -> Tensor {
    let broadcasting = Broadcasting(a.shape, b.shape, name)
    let mask = Tensor(uninitialized: broadcasting.shape)
    broadcasting.withLayout(a.shape, b.shape) { rank, sizes, aStrides, bStrides in
        ceeg_binary(Int32(function.rawValue), rank, sizes, aStrides, bStrides, a.pointer, b.pointer, mask.mutablePointer)
    }
    return mask
}

// Comparisons give a mask: 1 where they hold, 0 elsewhere. The operands broadcast; no gradient flows through.
extension Tensor {
    public static func .== (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_EQUAL, ".==", a, b) }
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_NOT_EQUAL, ".!=", a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_LESS, ".<", a, b) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_LESS_EQUAL, ".<=", a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_GREATER, ".>", a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { compare(CEEG_GREATER_EQUAL, ".>=", a, b) }

    public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b) }
    public static func .!= (a: Tensor, b: Float) -> Tensor { a .!= Tensor(b) }
    public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b) }
    public static func .<= (a: Tensor, b: Float) -> Tensor { a .<= Tensor(b) }
    public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }
    public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b) }

    /// The elements of `other` where `mask` is not 0, this tensor's elsewhere.
    ///
    /// All three are stretched to a common shape. Gradients flow to whichever element was taken, none to the mask.
    public func replacing(with other: Tensor, where mask: Tensor) -> Tensor { apply(Choice(), mask.detached(), other, self) }

    /// `value` where `mask` is not 0, this tensor's elements elsewhere.
    public func replacing(with value: Float, where mask: Tensor) -> Tensor { replacing(with: Tensor(value), where: mask) }
}
