public import EEGTensor

/// x / (1 + |x|), with its derivative 1 / (1 + |x|)².
struct Softsign: Operation {
    static let name = "softsign"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        pass.save(x)
        return [Tensor(x.scalars.map { $0 / (1 + abs($0)) }, shape: x.shape)]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let x = pass.saved[0]
        let gradient = zip(gradients[0].scalars, x.scalars).map { $0 / ((1 + abs($1)) * (1 + abs($1))) }
        return [Tensor(gradient, shape: x.shape)]
    }
}

/// x / (1 + |x|), element by element.
public func softsign(_ x: Tensor) -> Tensor { apply(Softsign(), x) }
