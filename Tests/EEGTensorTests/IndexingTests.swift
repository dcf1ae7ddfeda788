import EEGTensor
import Testing

@Suite struct IndexingTests {
    @Test func rangesAndIndices() {
        let shape: Shape = [4, 5, 37]
        expectRearrangement(of: shape, to: [2, 5, 37]) {
            $0[1..<3]
        } source: {
            [$0[0] + 1, $0[1], $0[2]]
        }
        expectRearrangement(of: shape, to: [4, 3, 37]) {
            $0[0..., 2...4]
        } source: {
            [$0[0], $0[1] + 2, $0[2]]
        }
        expectRearrangement(of: shape, to: [3, 5, 20]) {
            $0[..<3, 0..., 17...]
        } source: {
            [$0[0], $0[1], $0[2] + 17]
        }
        expectRearrangement(of: shape, to: [5, 9]) {
            $0[2, 0..., ...8]
        } source: {
            [2, $0[0], $0[1]]
        }
        expectRearrangement(of: shape, to: [4, 37]) {
            $0[0..., 4]
        } source: {
            [$0[0], 4, $0[1]]
        }
        expectRearrangement(of: shape, to: [5]) {
            $0[3, 0..., 36]
        } source: {
            [3, $0[0], 36]
        }
        expectRearrangement(of: shape, to: shape) {
            $0[0...]
        } source: {
            $0
        }
        expectRearrangement(of: [1, 3, 1], to: [3]) {
            $0[0, 0..., 0]
        } source: {
            [0, $0[0], 0]
        }
        let element: Float = Tensor([1, 2, 3, 4], shape: [2, 2])[1, 0]
        #expect(element == 3)
        let scalar: Tensor = Tensor([1, 2, 3, 4], shape: [2, 2])[1, 0]
        #expect(scalar.shape == [] && scalar.scalar == 3)
    }

    @Test(arguments: [1, 2, 3, 7, 50])
    func steps(_ step: Int) {
        let shape: Shape = [3, 41, 50]
        for axis in 0..<3 {
            var result = shape
            result[axis] = (shape[axis] - 1 + step - 1) / step
            expectRearrangement(of: shape, to: result) {
                $0.sliced(axis: axis, 1..., step: step)
            } source: { index in
                index.enumerated().map { $0 == axis ? 1 + $1 * step : $1 }
            }
        }
        expectRearrangement(of: [6, 7], to: [6]) {
            $0.sliced(axis: -1, 3)
        } source: {
            [$0[0], 3]
        }
    }

    @Test func largeSlices() {
        expectRearrangement(of: [70, 4, 400], to: [70, 2, 300]) {
            $0[0..., 1..<3, 50..<350]
        } source: {
            [$0[0], $0[1] + 1, $0[2] + 50]
        }
        expectRearrangement(of: [5, 5, 5, 2, 3, 4], to: [4, 5, 5, 1, 3, 3]) {
            $0[1..., 0..., 0..., 1..., 0..., 1...]
        } source: {
            [$0[0] + 1, $0[1], $0[2], $0[3] + 1, $0[4], $0[5] + 1]
        }
    }

    @Test(arguments: [[7], [7, 1], [7, 3, 19], [7, 301, 40]] as [Shape])
    func gathering(_ shape: Shape) {
        let order = [6, 0, 0, 3, 6, 0, 2]
        for axis in 0..<shape.rank where shape[axis] >= 7 {
            var result = shape
            result[axis] = order.count
            expectRearrangement(of: shape, to: result) {
                $0.gathered(at: order, axis: axis)
            } source: { index in
                index.enumerated().map { $0 == axis ? order[$1] : $1 }
            }
        }
        let tokens = (0..<20_000).map { $0 * 7919 % 7 }
        if shape.rank == 2 {
            expectRearrangement(of: shape, to: [tokens.count, shape[1]]) {
                $0.gathered(at: tokens)
            } source: {
                [tokens[$0[0]], $0[1]]
            }
        }
    }

    @Test func oneHot() {
        #expect(Tensor(oneHot: [2, 0], classes: 3) == Tensor([0, 0, 1, 1, 0, 0], shape: [2, 3]))
    }

    @Test func mistakesAreNamed() async throws {
        let empty = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[0..., 1..<1]
        }
        #expect(String(decoding: empty.standardErrorContent, as: UTF8.self).contains("slice: 1..<1 is empty or outside of axis 1 of [2, 3]"))
        let outside = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[0..<3, 0...]
        }
        #expect(String(decoding: outside.standardErrorContent, as: UTF8.self).contains("slice: 0..<3 is empty or outside of axis 0 of [2, 3]"))
        let index = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]).gathered(at: [0, 5], axis: 1)
        }
        #expect(String(decoding: index.standardErrorContent, as: UTF8.self).contains("gathered: index 5 is outside of axis 1 of [2, 3]"))
    }
}
