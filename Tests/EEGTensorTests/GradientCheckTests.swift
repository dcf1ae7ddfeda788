import EEGModelTesting
import EEGTensor
import Testing

/// x³, with a gradient that is off by a factor at one element if asked for.
private struct Cubed: Operation {
    static let name = "cubed"
    var wrongElement: Int?

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        pass.save(inputs[0])
        return [Tensor(inputs[0].scalars.map { $0 * $0 * $0 }, shape: inputs[0].shape)]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let x = pass.saved[0]
        var result = zip(gradients[0].scalars, x.scalars).map { 3 * $0 * $1 * $1 }
        if let wrongElement { result[wrongElement] *= 1.01 }
        return [Tensor(result, shape: x.shape)]
    }
}

@Suite struct GradientCheckTests {
    private let x = Tensor((0..<60).map { Float(($0 * 37) % 61) / 30 - 1 }, shape: [3, 4, 5])

    private func check(wrongElement: Int? = nil, settings: GradientCheck.Settings = .init()) -> GradientCheck {
        GradientCheck(at: [x], settings: settings) { inputs in
            [apply(Cubed(wrongElement: wrongElement), inputs[0])]
        } reference: { inputs in
            [inputs[0].map { $0 * $0 * $0 }]
        }
    }

    @Test func rightGradientPasses() {
        let check = check()
        #expect(check.passes, "\(check)")
        #expect(check.comparisons == 3)
        #expect(self.check(settings: .init(relative: 1e-6)).passes)
    }

    @Test func oneElementOffByAHundredthIsFoundAndNamed() {
        let check = check(wrongElement: 26)
        #expect(!check.passes)
        #expect(check.description.contains("worst element [1, 1, 1]"), "\(check)")
    }

    @Test func differencesOfFloatValuesFindWrongFormulas() {
        let right = GradientCheck(at: [x], settings: .init(directions: 20)) { [apply(Cubed(), $0[0])] }
        #expect(right.passes, "\(right)")
        let half = GradientCheck(at: [x]) { [apply(Cubed(wrongElement: 26), $0[0])] }
        #expect(half.passes, "an error of 1% in one element of 60 is below what Float values show")
        let wrong = GradientCheck(at: [x]) { [apply(Cubed(), $0[0].detached()), apply(Cubed(), $0[0])] }
        #expect(!wrong.passes)
    }

    @Test func wrongValuesAndShapesAreReported() {
        let values = GradientCheck(at: [x]) {
            [apply(Cubed(), $0[0])]
        } reference: {
            [$0[0]]
        }
        #expect(values.description.contains("result 0: worst at ["), "\(values)")
        let shapes = GradientCheck(at: [x]) {
            [apply(Cubed(), $0[0])]
        } reference: {
            [$0[0].reshaped([60])]
        }
        #expect(shapes.description.contains("shape [3, 4, 5], expected [60]"))
        let counts = GradientCheck(at: [x]) {
            [$0[0], $0[0]]
        } reference: {
            [$0[0]]
        }
        #expect(counts.description.contains("2 results, expected 1"))
    }

    @Test func gradientOfZeroWhereThereIsOneFails() {
        let check = GradientCheck(at: [x]) {
            [apply(Cubed(), $0[0].detached())]
        } reference: {
            [$0[0].map { $0 * $0 * $0 }]
        }
        #expect(!check.passes)
        let constant = GradientCheck(at: [x], constant: [0]) {
            [apply(Cubed(), $0[0])]
        } reference: {
            [$0[0].map { $0 * $0 * $0 }]
        }
        #expect(constant.passes && constant.comparisons == 0)
    }

    @Test func comparisonNamesTheWorstElement() {
        let expected = DoubleTensor(x)
        var actual = expected
        #expect(Comparison(actual, expected, relative: 0).passes)
        actual[2, 0, 3] += 0.5
        actual[0, 0, 0] += 0.25
        let failure = Comparison(actual, expected, relative: 1e-3).failure ?? ""
        #expect(failure.contains("worst at [2, 0, 3]") && failure.contains("2 of 60"), "\(failure)")
        #expect(Comparison(actual, expected, relative: 0, absolute: 0.5).passes)
        actual[1, 1, 1] = .nan
        #expect((Comparison(actual, expected, relative: 1).failure ?? "").contains("[1, 1, 1]: nan"))
        #expect(Comparison(actual, actual, relative: 0).passes)
    }

    @Test func issuesAreRecorded() {
        withKnownIssue { expectClose(Tensor([1, 2]), Tensor([1, 3])) }
        withKnownIssue {
            expectGradient(at: x) {
                apply(Cubed(wrongElement: 0), $0)
            } reference: { x in
                x.map { $0 * $0 * $0 }
            }
        }
        expectClose(Tensor([1, 2]), Tensor([1, 2]))
        expectGradient(at: x) {
            apply(Cubed(), $0)
        } reference: { x in
            x.map { $0 * $0 * $0 }
        }
        expectGradient(at: x) { apply(Cubed(), $0) }
    }
}
