import EEGModelTesting
import EEGTensor
import Testing

@Suite struct UnfoldTests {
    @Test(arguments: [(1, 1, 1), (7, 7, 3), (40, 1, 1), (40, 3, 1), (61, 20, 3), (100, 16, 16), (90, 33, 50), (57, 8, 5)])
    func windowsAlongTime(_ count: Int, _ size: Int, _ step: Int) {
        let windows = (count - size) / step + 1
        expectRearrangement(of: [2, 3, count], to: [2, 3, windows, size]) {
            unfold1D($0, size: size, step: step)
        } source: {
            [$0[0], $0[1], $0[2] * step + $0[3]]
        }
    }

    @Test func patchesOfImages() {
        expectRearrangement(of: [2, 9, 21], to: [2, 4, 5, 3, 4]) {
            unfold2D($0, size: (3, 4), step: (2, 4))
        } source: {
            [$0[0], 2 * $0[1] + $0[3], 4 * $0[2] + $0[4]]
        }
    }

    @Test func aWindowLongerThanTheInputTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = unfold1D(Tensor(zeros: [2, 3, 7]), size: 8, step: 1)
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("unfold: a window of 8 does not fit 7 of input [2, 3, 7]"))
    }
}
