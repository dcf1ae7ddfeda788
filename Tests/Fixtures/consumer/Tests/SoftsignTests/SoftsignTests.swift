import EEGModelTesting
import EEGTensor
import Softsign
import Testing

@Suite struct SoftsignTests {
    private let x = Tensor([-3, -0.5, 0.125, 0.7, 2, 40], shape: [2, 3])

    @Test func valuesAndGradientsAgreeWithAReference() {
        expectGradient(at: x) {
            softsign($0)
        } reference: { x in
            x.map { $0 / (1 + abs($0)) }
        }
    }

    @Test func gradientsAgreeWithDifferences() {
        expectGradient(at: Tensor([-3, -0.5, 0.7, 2])) { softsign($0) }
    }

    @Test func aWrongGradientIsNoticed() {
        let check = GradientCheck(at: [x]) {
            [softsign(softsign($0[0]).detached())]
        } reference: { x in
            [x[0].map { $0 / (1 + abs($0)) }.map { $0 / (1 + abs($0)) }]
        }
        #expect(!check.passes)
    }

    @Test func graphNamesTheOperation() {
        #expect(recordedGraph(at: x) { softsign($0) }.steps.map(\.operation) == ["softsign"])
    }
}
