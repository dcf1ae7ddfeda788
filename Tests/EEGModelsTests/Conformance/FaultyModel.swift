import EEGModels
import EEGTensor
import Synchronization

/// A small network that breaks one promise.
struct FaultyModel: Model {
    enum Fault: String, CaseIterable, Sendable {
        case wrongShape, notFinite, drawsAtRandom, changesBuffer, changesParameter, mixesBatch, unusedParameter, wrongGradient, hiddenState
        case unlearns, none

        /// The property that must notice it.
        var property: String? {
            switch self {
            case .wrongShape, .notFinite: "shapes"
            case .drawsAtRandom: "determinism"
            case .changesBuffer, .changesParameter: "side effects"
            case .mixesBatch: "batch independence"
            case .unusedParameter: "reach"
            case .wrongGradient: "gradients"
            case .hiddenState: "checkpoint"
            case .unlearns: "learning"
            case .none: nil
            }
        }
    }

    let scope: ParameterScope
    let shape: SignalShape
    let fault: Fault
    private let hidden: Linear
    private let norm: BatchNorm
    private let head: Linear
    private let unused: Parameter?
    private let count: Parameter
    private let frozen: Tensor
    private let calls = CallCounter()

    init(_ scope: ParameterScope, _ shape: SignalShape, _ fault: Fault) {
        self.scope = scope
        self.shape = shape
        self.fault = fault
        hidden = Linear(scope.child("hidden"), inputs: shape.channels * shape.samples, outputs: 6)
        norm = BatchNorm(scope.child("norm"), channels: 6)
        head = Linear(scope.child("final_layer"), inputs: 6, outputs: shape.outputs)
        unused = fault == .unusedParameter ? scope.parameter("unused", [2], .constant(1)) : nil
        count = scope.buffer("count", [1], Tensor(zeros: [1]))
        frozen = hidden.bias?.value ?? Tensor(zeros: [6])
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = norm(hidden(x.flattened(), &context), &context)
        switch fault {
        case .drawsAtRandom: states = states + 0.01 * calls.next()
        case .changesBuffer: count.value = count.value + 1
        case .changesParameter: head.bias?.value = head.weight.value.sum(over: 1)
        case .mixesBatch: states = states - states.mean(over: 0, keepingDimensions: true)
        case .hiddenState: states = states + frozen
        default: break
        }
        let shaped = tanh(states)
        // The right values with the gradient of the identity.
        states = fault == .wrongGradient ? states + (shaped - states).detached() : shaped
        let scores = head(states, &context)
        return switch fault {
        case .wrongShape: scores.transposed(0, 1)
        case .notFinite: log(scores - 1000)
        case .unlearns: scores.detached() * 2 - scores
        default: scores
        }
    }
}

/// How often it was asked.
private final class CallCounter: Sendable {
    private let count = Mutex<Float>(0)

    func next() -> Float {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
