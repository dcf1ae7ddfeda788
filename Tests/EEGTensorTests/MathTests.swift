import EEGTensor
import Foundation
import Testing

/// The vector functions against Double libm, over floats of all magnitudes.
@Suite struct MathTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let name: String
        /// The stated bound of the error, in units in the last place of the exact result.
        let bound: Double
        let range: ClosedRange<Float>
        let compute: @Sendable (Tensor) -> Tensor
        let exact: @Sendable (Double) -> Double
        var testDescription: String { name }
    }

    static let everything: ClosedRange<Float> = -.infinity ... .infinity

    static let functions: [Function] = [
        Function(name: "exp", bound: 1, range: everything, compute: { exp($0) }, exact: { exp($0) }),
        Function(name: "log", bound: 1, range: everything, compute: { log($0) }, exact: { log($0) }),
        Function(name: "log1p", bound: 2, range: everything, compute: { log1p($0) }, exact: { log1p($0) }),
        Function(name: "sqrt", bound: 0.5, range: everything, compute: { sqrt($0) }, exact: { $0.squareRoot() }),
        Function(name: "tanh", bound: 3, range: everything, compute: { tanh($0) }, exact: { tanh($0) }),
        Function(name: "sigmoid", bound: 3, range: everything, compute: { sigmoid($0) }, exact: { 1 / (1 + exp(-$0)) }),
        Function(name: "erf", bound: 2, range: everything, compute: { erf($0) }, exact: { erf($0) }),
        Function(name: "sin", bound: 2, range: -1e6...1e6, compute: { sin($0) }, exact: { sin($0) }),
        Function(name: "cos", bound: 2, range: -1e6...1e6, compute: { cos($0) }, exact: { cos($0) }),
        Function(name: "sin of large", bound: 2, range: everything, compute: { sin($0) }, exact: { sin($0) }),
        Function(name: "elu", bound: 2, range: everything, compute: { elu($0) }, exact: { $0 > 0 ? $0 : expm1($0) }),
        Function(name: "pow 1/3", bound: 1, range: everything, compute: { pow($0, 0.25) }, exact: { pow($0, 0.25) }),
        Function(name: "pow -3", bound: 1, range: everything, compute: { pow($0, -3) }, exact: { pow($0, -3) }),
    ]

    /// Floats with every 5,003rd bit pattern, and special values.
    static let samples: [Float] =
        stride(from: 0, to: UInt32.max - 5003, by: 5003).map { Float(bitPattern: $0) }
        + [0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude]

    @Test(arguments: functions)
    func staysWithinItsBound(_ function: Function) {
        let samples = Self.samples.filter { $0.isNaN || function.range.contains($0) }
        for instructionSet in Configuration.supportedInstructionSets {
            let results = EEGRuntime.with(instructionSet: instructionSet) { function.compute(Tensor(samples)).scalars }
            var worst = (error: 0.0, index: 0)
            for (index, result) in results.enumerated() {
                let error = Self.error(result, function.exact(Double(samples[index])))
                if !(error <= worst.error) { worst = (error, index) }
            }
            #expect(
                worst.error <= function.bound,
                "\(function.name), \(instructionSet): \(results[worst.index]) at \(samples[worst.index]), \(worst.error) ulp")
        }
    }

    /// The distance from the exact result in units in its last place.
    static func error(_ result: Float, _ exact: Double) -> Double {
        let rounded = Float(exact)
        if rounded.isNaN { return result.isNaN ? 0 : .infinity }
        if rounded == result { return 0 }
        let unit = max(Double(rounded.isFinite ? rounded.ulp : Float.greatestFiniteMagnitude.ulp), Double(Float.leastNonzeroMagnitude))
        let bounded = min(max(exact, -0x1p128), 0x1p128)
        return abs((result.isFinite ? Double(result) : result > 0 ? 0x1p128 : -0x1p128) - bounded) / unit
    }

    @Test func powersFollowCPow() {
        let values: [Float] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, 2, -2, 0.5, -0.5, 3, -3, 0x1p-140, -0x1p-140, 3e38, -3e38, 2.5, -2.5, 0x1p24,
            0x1p23 + 1,
            1.0000001, 0.9999999, -7,
        ]
        let bases = values.flatMap { base in values.map { _ in base } }
        let exponents = values.flatMap { _ in values }
        for instructionSet in Configuration.supportedInstructionSets {
            let results = EEGRuntime.with(instructionSet: instructionSet) { pow(Tensor(bases), Tensor(exponents)).scalars }
            for (index, result) in results.enumerated() {
                let exact = pow(Double(bases[index]), Double(exponents[index]))
                #expect(
                    Self.error(result, exact) <= 1 && (result != 0 || result.sign == exact.sign),
                    "pow(\(bases[index]), \(exponents[index])) = \(result), expected \(exact), \(instructionSet)")
            }
        }
    }

    @Test func signsOfZeroAreKept() {
        for instructionSet in Configuration.supportedInstructionSets {
            EEGRuntime.with(instructionSet: instructionSet) {
                for function in [sin, tanh, erf, log1p] as [(Tensor) -> Tensor] { #expect(function(Tensor(-0.0)).scalar.sign == .minus) }
            }
        }
    }
}
