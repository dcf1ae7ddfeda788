import EEGTensor

/// The shapes that the kernels are tuned for: what EEG networks compute, at batch 64 of 1,000 samples, and images of 32 x 64.
let kernelWorkloads: [Workload] = [convolutionKernels, normalizations, poolings, products].joined().flatMap(\.workloads)

private let normalizations = [[64, 40, 1, 976], [64, 8, 22, 1000]].flatMap { (shape: Shape) in
    [("ELU", Activation.elu(), "F.elu"), ("ReLU", .relu, "F.relu")].map { name, activation, torch in
        Kernel(
            group: "Normalisation", name: "batch norm + \(name) over \(shape)", shapes: [shape, [shape[1]], [shape[1]]],
            multiplyAdds: 3 * shape.elementCount, torch: "\(torch)(F.batch_norm(x[0], None, None, x[1], x[2], training=True))"
        ) { batchNorm($0[0], scale: $0[1], shift: $0[2], activation: activation).output }
    }
}

private let poolings = [
    pooling("mean 1x4", [64, 16, 1, 1000], kernel: 4, torch: "F.avg_pool2d(x[0], (1, 4))") { averagePooling2D($0, kernel: (1, 4)) },
    pooling("mean 1x8", [64, 16, 1, 250], kernel: 8, torch: "F.avg_pool2d(x[0], (1, 8))") { averagePooling2D($0, kernel: (1, 8)) },
    pooling("mean 1x75, stride 15", [64, 40, 1, 976], kernel: 75, stride: 15, torch: "F.avg_pool2d(x[0], (1, 75), (1, 15))") {
        averagePooling2D($0, kernel: (1, 75), stride: (1, 15))
    },
    pooling("max 1x3", [64, 25, 1, 1000], kernel: 3, torch: "F.max_pool2d(x[0], (1, 3))") { maxPooling2D($0, kernel: (1, 3)) },
    pooling("max 1x8", [64, 8, 22, 1000], kernel: 8, torch: "F.max_pool2d(x[0], (1, 8))") { maxPooling2D($0, kernel: (1, 8)) },
]

private let products = [
    Kernel(
        group: "Products", name: "1024 x 1024 x 1024", shapes: [[1024, 1024], [1024, 1024]], multiplyAdds: 1 << 30, torch: "x[0] @ x[1]"
    ) { matmul($0[0], $0[1]) },
    Kernel(
        group: "Products", name: "64 x 16,000 x 4", shapes: [[64, 16_000], [16_000, 4]], multiplyAdds: 64 * 16_000 * 4, torch: "x[0] @ x[1]"
    ) { matmul($0[0], $0[1]) },
]

private func pooling(
    _ name: String, _ input: Shape, kernel: Int, stride: Int? = nil, torch: String, _ function: @escaping @Sendable (Tensor) -> Tensor
) -> Kernel {
    let windows = (input[3] - kernel) / (stride ?? kernel) + 1
    return Kernel(
        group: "Pooling", name: "\(name) over \(input)", shapes: [input],
        multiplyAdds: input[0] * input[1] * input[2] * windows * kernel / 2,
        torch: torch
    ) { function($0[0]) }
}
