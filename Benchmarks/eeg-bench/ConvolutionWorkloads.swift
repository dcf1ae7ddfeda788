import EEGTensor

/// Convolutions of signals, of channels by time, and of images.
let convolutionKernels = temporalConvolutions + convolutionStacks + imageConvolutions

private let temporalConvolutions = [
    convolution("1x64, 1 -> 8", [64, 1, 22, 1000], weight: [8, 1, 1, 64], isFirstLayer: true),
    convolution("1x25, 1 -> 40", [64, 1, 22, 1000], weight: [40, 1, 1, 25], padded: false, isFirstLayer: true),
    convolution("22x1 depthwise, 8 -> 16", [64, 8, 22, 1000], weight: [16, 1, 22, 1], padded: false, groups: 8),
    convolution("22x1 dense, 40 -> 40", [64, 40, 22, 976], weight: [40, 40, 22, 1], padded: false),
    convolution("1x16 depthwise, 16", [64, 16, 1, 1000], weight: [16, 1, 1, 16], groups: 16),
    Kernel(
        group: "Convolution over time", name: "1x16 separable, 16 -> 16", shapes: [[64, 16, 1, 1000], [16, 1, 1, 16], [16, 16, 1, 1]],
        multiplyAdds: 64 * 16 * 1001 * (16 + 16), torch: "F.conv2d(F.conv2d(x[0], x[1], padding=(0, 8), groups=16), x[2])"
    ) { x in
        convolution2D(convolution2D(x[0], weight: x[1], padding: (.valid, .zeros(8)), groups: 16), weight: x[2])
    },
    convolution("1x25, 22 -> 40", [64, 22, 1, 1000], weight: [40, 22, 1, 25], padded: false),
    convolution("1x64, 8 -> 8", [64, 8, 2, 240], weight: [8, 8, 1, 64]),
    convolution("1x50, 16 -> 16", [64, 16, 1, 1000], weight: [16, 16, 1, 50]),
    convolution("1x10, 25 -> 25", [64, 25, 1, 1000], weight: [25, 25, 1, 10], padded: false),
    convolution("1x10, 25 -> 50", [64, 25, 1, 330], weight: [50, 25, 1, 10], padded: false),
    convolution("1x10, 50 -> 100", [64, 50, 1, 107], weight: [100, 50, 1, 10], padded: false),
    convolution("1x10, 100 -> 200", [64, 100, 1, 32], weight: [200, 100, 1, 10], padded: false),
    signalConvolution("k = 51 depthwise, 64", [64, 64, 1000], weight: [64, 1, 51], groups: 64),
    signalConvolution("k = 5, 128 -> 128", [64, 128, 2048], weight: [128, 128, 5]),
]

/// Convolutions with what comes between them.
private let convolutionStacks = [
    Kernel(
        group: "Convolution over time", name: "1x25, 1 -> 40, then 22x1, 40 -> 40 over [64, 1, 22, 1000]",
        shapes: [[64, 1, 22, 1000], [40, 1, 1, 25], [40, 40, 22, 1]], inputGradient: false,
        multiplyAdds: 64 * 40 * 976 * 22 * (25 + 40), gradientMultiplyAdds: 64 * 40 * 976 * 22 * (25 + 2 * 40),
        torch: "F.conv2d(F.conv2d(x[0], x[1]), x[2])"
    ) { x in convolution2D(convolution2D(x[0], weight: x[1]), weight: x[2]) },
    Kernel(
        group: "Convolution over time", name: "1x10, 25 -> 25 -> 50 -> 100 -> 200 with max-pool 3 over [64, 25, 1, 1000]",
        shapes: [[64, 25, 1, 1000], [25, 25, 1, 10], [50, 25, 1, 10], [100, 50, 1, 10], [200, 100, 1, 10]],
        multiplyAdds: 64 * 10 * (991 * 25 * 25 + 321 * 25 * 50 + 98 * 50 * 100 + 23 * 100 * 200),
        torch: """
            F.max_pool2d(F.conv2d(F.max_pool2d(F.conv2d(F.max_pool2d(F.conv2d(F.max_pool2d(F.conv2d(x[0], x[1]), (1, 3)), x[2]), (1, 3)), \
            x[3]), (1, 3)), x[4]), (1, 3))
            """
    ) { x in x.dropFirst().reduce(x[0]) { maxPooling2D(convolution2D($0, weight: $1), kernel: (1, 3)) } },
]

private let imageConvolutions =
    [
        convolution("3x3, 64 -> 64", [8, 64, 32, 64], weight: [64, 64, 3, 3], group: images),
        convolution("1x1, 64 -> 64", [8, 64, 32, 64], weight: [64, 64, 1, 1], group: images),
    ]
    + [3, 5, 7, 9, 11].map { size in
        convolution("\(size)x\(size) depthwise, 64", [8, 64, 32, 64], weight: [64, 1, size, size], groups: 64, group: images)
    }

private let images = "Convolution of images"

/// A convolution without bias; if padded, with half a kernel of zeros at both ends of each axis.
private func convolution(
    _ name: String, _ input: Shape, weight: Shape, padded: Bool = true, groups: Int = 1, isFirstLayer: Bool = false,
    group: String = "Convolution over time"
) -> Kernel {
    let zeros = padded ? (weight[2] / 2, weight[3] / 2) : (0, 0)
    let positions = (input[2] + 2 * zeros.0 - weight[2] + 1) * (input[3] + 2 * zeros.1 - weight[3] + 1)
    return Kernel(
        group: group, name: "\(name) over \(input)", shapes: [input, weight], inputGradient: !isFirstLayer,
        multiplyAdds: input[0] * positions * weight.elementCount,
        torch: "F.conv2d(x[0], x[1], padding=(\(zeros.0), \(zeros.1)), groups=\(groups))"
    ) { convolution2D($0[0], weight: $0[1], padding: (.zeros(zeros.0), .zeros(zeros.1)), groups: groups) }
}

private func signalConvolution(_ name: String, _ input: Shape, weight: Shape, groups: Int = 1) -> Kernel {
    let zeros = weight[2] / 2
    return Kernel(
        group: "Convolution over time", name: "\(name) over \(input)", shapes: [input, weight],
        multiplyAdds: input[0] * input[2] * weight.elementCount, torch: "F.conv1d(x[0], x[1], padding=\(zeros), groups=\(groups))"
    ) { convolution1D($0[0], weight: $0[1], padding: .zeros(zeros), groups: groups) }
}
