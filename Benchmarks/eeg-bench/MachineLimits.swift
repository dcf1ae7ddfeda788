import EEGTensor

/// What the machine can do at most, measured in the run whose figures are held against it.
struct MachineLimits: Sendable, Codable {
    /// Floating-point operations a second in a product of two 2048 x 2048 matrices.
    var floatingPointRate: Double
    /// Bytes a second, read and written together, in a copy of 256 MiB.
    var bandwidth: Double

    init() {
        let size = 2048
        let a = benchmarkInput([size, size], operand: 0)
        let b = benchmarkInput([size, size], operand: 1)
        floatingPointRate = 2 * Double(size * size * size) / Timings.median(of: 1) { _ = matmul(a, b) }
        let count = 64 << 20
        let source = [Float](repeating: 1, count: count)
        var target = [Float](repeating: 0, count: count)
        bandwidth =
            8 * Double(count)
            / source.withUnsafeBufferPointer { source in
                target.withUnsafeMutableBufferPointer { target in
                    nonisolated(unsafe) let (source, target) = (source, target)
                    return Timings.median(of: 1) {
                        parallelFor(count, grain: 1 << 20) { chunk in
                            _ = UnsafeMutableBufferPointer(rebasing: target[chunk]).update(fromContentsOf: source[chunk])
                        }
                    }
                }
            }
    }

    /// The least time that a workload can take: what its arithmetic or its memory traffic takes, whichever is longer.
    func leastSeconds(_ workload: Workload) -> Double {
        max(workload.floatingPointOperations / floatingPointRate, workload.bytes / bandwidth)
    }

    /// Whether arithmetic or memory traffic bounds a workload.
    func bound(_ workload: Workload) -> String {
        workload.floatingPointOperations / floatingPointRate > workload.bytes / bandwidth ? "arithmetic" : "memory"
    }
}
