import EEGTensor
import Testing

@Suite struct LayoutTests {
    @Test func reshaping() {
        for (shape, result) in [([], [1, 1]), ([2, 3, 4], [4, 6]), ([1, 7], [7]), ([2, 3, 5], [2, 1, 3, 1, 5, 1])] as [(Shape, Shape)] {
            let x = Tensor((0..<shape.elementCount).map(Float.init), shape: shape)
            let y = x.reshaped(to: result)
            #expect(y.shape == result && y.scalars == x.scalars)
        }
        expectRearrangement(of: [2, 3, 4, 5], to: [2, 60]) {
            $0.flattened()
        } source: {
            [$0[0], $0[1] / 20, $0[1] / 5 % 4, $0[1] % 5]
        }
        expectRearrangement(of: [2, 3, 4, 5], to: [6, 4, 5]) {
            $0.flattened(fromAxis: 0, toAxis: 1)
        } source: {
            [$0[0] / 3, $0[0] % 3, $0[1], $0[2]]
        }
        expectRearrangement(of: [2, 12], to: [2, 3, 4]) {
            $0.unflattened(axis: -1, into: [3, 4])
        } source: {
            [$0[0], $0[1] * 4 + $0[2]]
        }
        expectRearrangement(of: [2, 3], to: [2, 3, 1]) {
            $0.expandingDimensions(at: -1)
        } source: {
            [$0[0], $0[1]]
        }
        expectRearrangement(of: [2, 3], to: [1, 2, 3]) {
            $0.expandingDimensions(at: 0)
        } source: {
            [$0[1], $0[2]]
        }
        expectRearrangement(of: [2, 1, 3], to: [2, 3]) {
            $0.squeezed(axis: 1)
        } source: {
            [$0[0], 0, $0[1]]
        }
    }

    /// Every order of up to four axes, of sizes that are 1, prime, below and above the widths of vectors and tiles.
    @Test(
        arguments: [
            [5], [1, 7], [3, 1], [16, 16], [17, 33], [2, 64], [1, 1, 1], [2, 3, 5], [4, 19, 37], [3, 64, 2], [2, 40, 3], [2, 2, 3, 5],
            [3, 1, 18, 20],
            [2, 3, 17, 4],
        ] as [Shape])
    func everyPermutation(_ shape: Shape) {
        for axes in permutations(Array(shape.indices)) { expectPermutation(shape, axes) }
    }

    @Test(
        arguments: [
            ([300, 257], [1, 0]), ([3, 131, 259], [2, 1, 0]), ([3, 131, 259], [0, 2, 1]), ([2, 3, 2, 4, 3, 5], [5, 0, 4, 2, 1, 3]),
            ([2, 3, 1, 4, 3, 17], [0, 2, 1, 5, 4, 3]), ([40_000, 3], [1, 0]), ([2, 50_000], [1, 0]), ([7, 6000, 2], [1, 0, 2]),
        ] as [(Shape, [Int])])
    func largerPermutations(_ shape: Shape, _ axes: [Int]) { expectPermutation(shape, axes) }

    private func expectPermutation(_ shape: Shape, _ axes: [Int]) {
        expectRearrangement(of: shape, to: Shape(axes.map { shape[$0] })) { x in
            switch axes.count {
            case 1: x.permuted(axes[0])
            case 2: x.permuted(axes[0], axes[1])
            case 3: x.permuted(axes[0], axes[1], axes[2])
            case 4: x.permuted(axes[0], axes[1], axes[2], axes[3])
            default: x.permuted(axes[0], axes[1], axes[2], axes[3], axes[4], axes[5])
            }
        } source: { index in
            var place = index
            for (axis, from) in axes.enumerated() { place[from] = index[axis] }
            return place
        }
    }

    private func permutations(_ axes: [Int]) -> [[Int]] {
        axes.isEmpty ? [[]] : axes.flatMap { first in permutations(axes.filter { $0 != first }).map { [first] + $0 } }
    }

    @Test func transposing() {
        expectRearrangement(of: [2, 3, 5], to: [2, 5, 3]) {
            $0.transposed()
        } source: {
            [$0[0], $0[2], $0[1]]
        }
        expectRearrangement(of: [2, 3, 5], to: [5, 3, 2]) {
            $0.transposed(0, -1)
        } source: {
            [$0[2], $0[1], $0[0]]
        }
        expectRearrangement(of: [2, 3, 5], to: [2, 3, 5]) {
            $0.transposed(1, 1)
        } source: {
            $0
        }
    }

    @Test(arguments: [[1], [7], [33], [2, 3], [5, 1], [3, 40, 70], [2, 3, 4, 5], [40_001]] as [Shape])
    func reversingAndRolling(_ shape: Shape) {
        for axis in 0..<shape.rank {
            expectRearrangement(of: shape, to: shape) {
                $0.reversed(axis: axis)
            } source: { index in
                index.enumerated().map { $0 == axis ? shape[axis] - 1 - $1 : $1 }
            }
            for shift in [0, 1, -1, 5, -97] {
                expectRearrangement(of: shape, to: shape) {
                    $0.rolled(by: shift, axis: axis - shape.rank)
                } source: { index in
                    index.enumerated().map { $0 == axis ? (($1 - shift) % shape[axis] + shape[axis]) % shape[axis] : $1 }
                }
            }
        }
    }

    @Test(
        arguments: [
            ([5], [(2, 3)]), ([2, 3, 17], [(3, 2)]), ([2, 5, 4], [(1, 0), (0, 0)]), ([3, 4, 5], [(0, 2), (3, 0), (1, 1)]),
            ([2, 3, 5, 7], [(1, 2), (0, 3)]),
            ([2, 3, 5, 7], [(1, 2), (0, 0), (0, 0)]), ([3, 20_000], [(7, 9)]), ([70, 3, 301], [(0, 0), (16, 15)]),
        ] as [(Shape, [(Int, Int)])])
    func constantPadding(_ shape: Shape, _ widths: [(Int, Int)]) {
        let first = shape.rank - widths.count
        var result = shape
        for (index, width) in widths.enumerated() { result[first + index] += width.0 + width.1 }
        expectRearrangement(of: shape, to: result, constant: -3) {
            $0.padded(widths.map { (before: $0.0, after: $0.1) }, mode: .constant(-3))
        } source: { index in
            var place = index
            for axis in widths.indices { place[first + axis] -= widths[axis].0 }
            return zip(place, shape).allSatisfy { $0 >= 0 && $0 < $1 } ? place : nil
        }
    }

    @Test(arguments: [PaddingMode.reflect, .replicate, .circular])
    func edgePadding(_ mode: PaddingMode) {
        let cases: [(Shape, Int, Int, Int)] = [
            ([2], 0, 1, 1), ([9], 0, 8, 8), ([2, 3, 40], 2, 33, 18), ([2, 3, 40], 1, 2, 0), ([2, 3, 40], 1, 0, 1), ([5, 2, 2, 3], 0, 4, 3),
            ([90, 1000], 1, 64, 1), ([3, 5, 1], 1, 4, 2),
        ]
        for (shape, axis, before, after) in cases {
            let size = shape[axis]
            var result = shape
            result[axis] += before + after
            expectRearrangement(of: shape, to: result) {
                $0.padded(before: before, after: after, mode: mode, axis: axis)
            } source: { index in
                var place = index
                let position = index[axis] - before
                place[axis] =
                    switch mode {
                    case .reflect: size - 1 - abs(size - 1 - abs(position))
                    case .circular: (position + size) % size
                    default: min(max(position, 0), size - 1)
                    }
                return place
            }
        }
        expectRearrangement(of: [2, 3, 4], to: [2, 5, 7]) {
            $0.padded([(1, 1), (2, 1)], mode: .replicate)
        } source: {
            [$0[0], min(max($0[1] - 1, 0), 2), min(max($0[2] - 2, 0), 3)]
        }
    }

    @Test(arguments: [[3, 4], [2, 3, 5], [1, 70, 300], [33, 1, 2], [2, 40_000]] as [Shape])
    func splittingAndJoining(_ shape: Shape) {
        for axis in 0..<shape.rank {
            let size = shape[axis]
            let sizes = size < 3 ? [size] : [1, size - 2, 1]
            // Pieces in another order: each is joined from and cut into a different place.
            expectRearrangement(of: shape, to: shape) {
                concatenate($0.split(sizes: sizes, axis: axis).reversed(), axis: axis - shape.rank)
            } source: { index in
                var place = index
                if size >= 3 { place[axis] = index[axis] == 0 ? size - 1 : index[axis] == size - 1 ? 0 : index[axis] }
                return place
            }
            // One piece alone: the others have no gradient.
            if size >= 3 {
                var middle = shape
                middle[axis] -= 2
                expectRearrangement(of: shape, to: middle) {
                    $0.split(sizes: sizes, axis: axis)[1]
                } source: { index in
                    index.enumerated().map { $0 == axis ? $1 + 1 : $1 }
                }
            }
        }
    }

    @Test func broadcastingAndRepeating() {
        expectRearrangement(of: [], to: [3, 2]) {
            $0.broadcast(to: [3, 2])
        } source: { _ in
            []
        }
        expectRearrangement(of: [5], to: [3, 2, 5]) {
            $0.broadcast(to: [3, 2, 5])
        } source: {
            [$0[2]]
        }
        expectRearrangement(of: [2, 1, 5, 1], to: [2, 3, 5, 40]) {
            $0.broadcast(to: [2, 3, 5, 40])
        } source: {
            [$0[0], 0, $0[2], 0]
        }
        expectRearrangement(of: [1, 301], to: [200, 301]) {
            $0.broadcast(to: [200, 301])
        } source: {
            [0, $0[1]]
        }
        for (shape, count) in [([4], 3), ([3, 5], 2), ([2, 3, 4], 5), ([2, 3, 2, 1, 2, 3], 2), ([70, 3], 300)] as [(Shape, Int)] {
            for axis in 0..<shape.rank {
                var result = shape
                result[axis] *= count
                expectRearrangement(of: shape, to: result) {
                    $0.tiled(count, axis: axis)
                } source: { index in
                    index.enumerated().map { $0 == axis ? $1 % shape[axis] : $1 }
                }
                expectRearrangement(of: shape, to: result) {
                    $0.repeated(count, axis: axis - shape.rank)
                } source: { index in
                    index.enumerated().map { $0 == axis ? $1 / count : $1 }
                }
            }
        }
    }

    @Test func stacking() {
        for axis in 0...2 {
            var shape: Shape = [3, 5]
            shape.insert(2, at: axis)
            expectRearrangement(of: [3, 5], to: shape) {
                stack([$0, $0], axis: axis)
            } source: { index in
                index.enumerated().filter { $0.offset != axis }.map(\.element)
            }
        }
        #expect(stack([Tensor([1, 2]), Tensor([3, 4])], axis: -1) == Tensor([1, 3, 2, 4], shape: [2, 2]))
        #expect(Tensor([1, 2, 3, 4, 5, 6]).split(into: 3).map(\.scalars) == [[1, 2], [3, 4], [5, 6]])
    }

    @Test func gradientsReachOnlyWatchedPieces() {
        let x = Tensor([1, 2]), y = Tensor([3, 4, 5])
        let (_, gradients) = valueAndGradients(at: [x]) { concatenate([y, $0[0], y])[4] }
        #expect(gradients[0].scalars == [0, 1])
    }

    @Test func mistakesAreNamed() async throws {
        let reshape = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]).reshaped(to: [4, 2])
        }
        #expect(String(decoding: reshape.standardErrorContent, as: UTF8.self).contains("reshaped: [2, 3] has 6 elements, [4, 2] has 8"))
        let concatenation = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = concatenate([Tensor(zeros: [2, 3]), Tensor(zeros: [2, 4])])
        }
        #expect(
            String(decoding: concatenation.standardErrorContent, as: UTF8.self)
                .contains("concatenate: shapes differ apart from axis 0: [2, 3] and [2, 4]"))
        let padding = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]).padded(before: 3, after: 0, mode: .reflect)
        }
        #expect(
            String(decoding: padding.standardErrorContent, as: UTF8.self)
                .contains("padded: reflect padding of (3, 0) for axis 1 of [2, 3], which gives at most 2"))
    }
}
