import EEGModelTesting
import EEGTensor
import Foundation

/// A function of one variable that the library applies to every element.
struct ElementwiseFunction: Sendable, CustomStringConvertible {
    /// The operation's type.
    let type: String
    let name: String
    /// Where it is tried.
    var range: Range<Float> = -4..<4
    let compute: @Sendable (Tensor) -> Tensor
    let exact: @Sendable (Double) -> Double
    var description: String { name }
}

let elementwiseFunctions: [ElementwiseFunction] = [
    .init(type: "AbsoluteValue", name: "abs", compute: { abs($0) }, exact: { abs($0) }),
    .init(type: "Negation", name: "negate", compute: { -$0 }, exact: { -$0 }),
    .init(type: "Exponential", name: "exp", compute: { exp($0) }, exact: { exp($0) }),
    .init(type: "Logarithm", name: "log", range: 0.1..<5, compute: { log($0) }, exact: { log($0) }),
    .init(type: "LogarithmOfOnePlus", name: "log1p", range: -0.9..<5, compute: { log1p($0) }, exact: { log1p($0) }),
    .init(type: "SquareRoot", name: "sqrt", range: 0.1..<5, compute: { sqrt($0) }, exact: { $0.squareRoot() }),
    .init(type: "ReciprocalSquareRoot", name: "rsqrt", range: 0.1..<5, compute: { rsqrt($0) }, exact: { 1 / $0.squareRoot() }),
    .init(type: "Reciprocal", name: "reciprocal", range: 0.1..<5, compute: { $0.reciprocal() }, exact: { 1 / $0 }),
    .init(type: "Square", name: "squared", compute: { $0.squared() }, exact: { $0 * $0 }),
    .init(type: "PowerWithConstantExponent", name: "power", range: 0.1..<5, compute: { pow($0, 2.5) }, exact: { pow($0, 2.5) }),
    .init(type: "PowerWithConstantExponent", name: "cube", compute: { pow($0, 3) }, exact: { $0 * $0 * $0 }),
    .init(type: "PowerWithConstantExponent", name: "power 0", compute: { pow($0, 0) }, exact: { _ in 1 }),
    .init(type: "Sine", name: "sin", compute: { sin($0) }, exact: { sin($0) }),
    .init(type: "Cosine", name: "cos", compute: { cos($0) }, exact: { cos($0) }),
    .init(type: "ErrorFunction", name: "erf", compute: { erf($0) }, exact: { erf($0) }),
    .init(
        type: "Clamp", name: "clamp", compute: { $0.clamped(to: -1.05...2.03) },
        exact: { min(max($0, Double(Float(-1.05))), Double(Float(2.03))) }),
    .init(
        type: "SoftThreshold", name: "soft threshold", compute: { $0.softThresholded(by: 0.125, below: 0.5) },
        exact: { $0 > 0.125 ? $0 - 0.125 : $0 < -0.5 ? $0 + 0.5 : 0 }),
    .init(type: "Addition", name: "2 + x", compute: { 2 + $0 }, exact: { 2 + $0 }),
    .init(type: "Subtraction", name: "x - 2", compute: { $0 - 2 }, exact: { $0 - 2 }),
    .init(type: "Subtraction", name: "2 - x", compute: { 2 - $0 }, exact: { 2 - $0 }),
    .init(type: "Multiplication", name: "x * 3", compute: { $0 * 3 }, exact: { $0 * 3 }),
    .init(type: "Division", name: "x / 3", compute: { $0 / 3 }, exact: { $0 / 3 }),
    .init(type: "Division", name: "3 / x", range: 0.1..<5, compute: { 3 / $0 }, exact: { 3 / $0 }),
]

let activationFunctions: [ElementwiseFunction] = [
    .init(type: "ReLU", name: "relu", compute: { relu($0) }, exact: { max($0, 0) }),
    .init(type: "LeakyReLU", name: "leakyReLU", compute: { leakyReLU($0, slope: 0.125) }, exact: { $0 > 0 ? $0 : 0.125 * $0 }),
    .init(
        type: "LeakyReLU", name: "leakyReLU with negative slope", compute: { leakyReLU($0, slope: -2) }, exact: { $0 > 0 ? $0 : -2 * $0 }),
    .init(type: "ELU", name: "elu", compute: { elu($0) }, exact: { $0 > 0 ? $0 : expm1($0) }),
    .init(type: "ELU", name: "elu, alpha 1.5", compute: { elu($0, alpha: 1.5) }, exact: { $0 > 0 ? $0 : 1.5 * expm1($0) }),
    .init(
        type: "SELU", name: "selu", compute: { selu($0) }, exact: { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) }),
    .init(type: "GELU", name: "gelu", compute: { gelu($0) }, exact: { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }),
    .init(
        type: "GELUTanh", name: "geluTanh", compute: { geluTanh($0) },
        exact: { $0 / 2 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
    .init(type: "SiLU", name: "silu", compute: { silu($0) }, exact: { $0 / (1 + exp(-$0)) }),
    .init(type: "Sigmoid", name: "sigmoid", compute: { sigmoid($0) }, exact: { 1 / (1 + exp(-$0)) }),
    .init(type: "Tanh", name: "tanh", compute: { tanh($0) }, exact: { tanh($0) }),
    .init(type: "Softplus", name: "softplus", compute: { softplus($0) }, exact: { log1p(exp($0)) }),
    .init(
        type: "Softplus", name: "softplus, beta 2, threshold 3", compute: { softplus($0, beta: 2, threshold: 3) },
        exact: { 2 * $0 > 3 ? $0 : log1p(exp(2 * $0)) / 2 }),
    .init(type: "HardSigmoid", name: "hardSigmoid", compute: { hardSigmoid($0) }, exact: { min(max($0 / 6 + 0.5, 0), 1) }),
    .init(type: "HardSwish", name: "hardSwish", compute: { hardSwish($0) }, exact: { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
    .init(type: "Mish", name: "mish", compute: { mish($0) }, exact: { $0 * tanh(log1p(exp($0))) }),
]

/// The unary operations: the functions above, those of one type together.
let elementwiseGradients: [DifferentiableOperation] = {
    let binary: Set = ["Addition", "Subtraction", "Multiplication", "Division"]
    let functions = (elementwiseFunctions + activationFunctions).filter { !binary.contains($0.type) }
    return Dictionary(grouping: functions, by: \.type).sorted { $0.key < $1.key }.map { type, functions in
        DifferentiableOperation(
            type: type,
            examples: functions.map { function in
                .init(label: function.name, inputs: [sample([3, 17], in: function.range)]) {
                    [function.compute($0[0])]
                } reference: {
                    [$0[0].map(function.exact)]
                }
            })
    }
}()
