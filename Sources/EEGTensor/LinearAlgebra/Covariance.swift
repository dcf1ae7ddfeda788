internal import CEEGKernels
internal import COpenBLAS

/// The covariance of the channels of windows: (x - m) (x - m)ᵀ / (time - 1), m the channels' means.
///
/// A channel of equal samples has a variance of exactly 0.
///
/// - Parameters:
///   - x: `[..., channel, time]`.
///   - removingMean: whether the channels' means are taken off first.
///   - isUnbiased: whether to divide by time - 1 instead of time.
/// - Returns: `[..., channel, channel]`.
/// - Precondition: an input that is not empty; at least two samples if `isUnbiased`.
public func covariance(_ x: Tensor, removingMean: Bool = true, isUnbiased: Bool = true) -> Tensor {
    apply(Covariance(removesMean: removingMean, isUnbiased: isUnbiased), x)
}

struct Covariance: Operation {
    static let name = "covariance"

    let removesMean: Bool
    let isUnbiased: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(Self.name, x.shape)
        let windows = WindowCovariance(Self.name, batch, removesMean: removesMean, isUnbiased: isUnbiased)
        let channels = batch.rows, size = channels * channels
        let means = DoubleBlock(count: batch.count * channels)
        let result = Tensor(uninitialized: Shape(x.shape.dropLast() + [channels]))
        windows.forEach(batch, workspace: size) { index, memory in
            windows.compute(x.pointer + index * batch.size, means: means.pointer + index * channels, result: memory, inDouble: false)
            memory.store(result.mutablePointer + index * size, count: size)
        }
        withExtendedLifetime(x) {}
        pass.save(x)
        pass.save(means.tensor)
        return TensorList(result)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (gradient, x, means) = (gradients[0], pass.saved[0], DoubleBlock(pass.saved[1]))
        let batch = MatrixBatch(Self.name, x.shape)
        let windows = WindowCovariance(Self.name, batch, removesMean: removesMean, isUnbiased: isUnbiased)
        let channels = batch.rows, size = channels * channels
        let result = Tensor(uninitialized: x.shape)
        windows.forEach(batch, workspace: size) { index, memory in
            memory.loadSymmetricPart(gradient.pointer + index * size, channels)
            windows.pullBack(
                memory, x.pointer + index * batch.size, means: means.pointer + index * channels,
                into: result.mutablePointer + index * batch.size)
        }
        withExtendedLifetime((gradient, x, means.tensor)) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { outputs[0].elementCount * (inputs[0].last ?? 0) }
}

/// The covariance of one window `[channel, time]`, and its derivative.
struct WindowCovariance {
    let channels: Int
    let samples: Int
    let removesMean: Bool
    let scale: Double

    init(_ operation: String, _ batch: MatrixBatch, removesMean: Bool, isUnbiased: Bool) {
        (channels, samples, self.removesMean) = (batch.rows, batch.columns, removesMean)
        require(!isUnbiased || samples > 1, "\(operation): dividing by time - 1 takes two samples, there is \(samples)")
        scale = 1 / Double(isUnbiased ? samples - 1 : samples)
    }

    /// Calls `body` for each window on the library's threads, with working memory that is not initialised.
    func forEach(_ batch: MatrixBatch, workspace: Int, _ body: (_ index: Int, _ memory: UnsafeMutablePointer<Double>) -> Void) {
        batch.forEach(operations: channels * (channels + 8) * samples / 16, workspace: workspace, body)
    }

    /// Writes the covariance `[channel, channel]` and the channels' means.
    ///
    /// - Parameter inDouble: whether products are formed in Double, where those of floats are exact.
    func compute(_ x: UnsafePointer<Float>, means: UnsafeMutablePointer<Double>, result: UnsafeMutablePointer<Double>, inDouble: Bool) {
        if channels > 64 {
            computeByBlocks(x, means: means, result: result, inDouble: inDouble)
        } else if inDouble {
            ceeg_covariance_double(x, Int64(channels), Int64(samples), removesMean, means, result)
        } else {
            ceeg_covariance_float(x, Int64(channels), Int64(samples), removesMean, means, result)
        }
        for index in 0..<(channels * channels) { result[index] *= scale }
    }

    /// Writes the gradient with respect to the window, from the symmetric one with respect to the covariance, which is overwritten.
    func pullBack(
        _ gradient: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Float>, means: UnsafePointer<Double>,
        into dx: UnsafeMutablePointer<Float>
    ) {
        // Rounded in place: a float of the result never lies behind the double that it comes from.
        UnsafeMutableRawPointer(gradient).withMemoryRebound(to: Float.self, capacity: channels * channels) { weights in
            for index in 0..<(channels * channels) { weights[index] = Float(2 * scale * gradient[index]) }
            ceeg_covariance_backward(x, Int64(channels), Int64(samples), means, weights, dx)
        }
    }

    /// Many channels: a matrix product for each block of samples.
    private func computeByBlocks(
        _ x: UnsafePointer<Float>, means: UnsafeMutablePointer<Double>, result: UnsafeMutablePointer<Double>, inDouble: Bool
    ) {
        pinOpenBLAS()
        for channel in 0..<channels { means[channel] = removesMean ? ceeg_mean_of_samples(x + channel * samples, Int64(samples)) : 0 }
        let length = min(samples, 1024), size = channels * channels
        let centered = DoubleBlock(count: channels * length), floats = Tensor(uninitialized: inDouble ? [0] : [size])
        for begin in stride(from: 0, to: samples, by: length) {
            let count = min(length, samples - begin)
            for channel in 0..<channels {
                let source = x + channel * samples + begin
                if inDouble {
                    ceeg_center_double(source, Int64(count), means[channel], centered.pointer + channel * length)
                } else {
                    ceeg_center_float(source, Int64(count), means[channel], centered.tensor.mutablePointer + channel * length)
                }
            }
            let isFirst = begin == 0
            if inDouble {
                cblas_dsyrk(
                    CblasRowMajor, CblasLower, CblasNoTrans, Int32(channels), Int32(count), 1, centered.pointer, Int32(length),
                    isFirst ? 0 : 1, result, Int32(channels))
            } else {
                cblas_ssyrk(
                    CblasRowMajor, CblasLower, CblasNoTrans, Int32(channels), Int32(count), 1, centered.tensor.pointer, Int32(length),
                    isFirst ? 0 : 1, floats.mutablePointer, Int32(channels))
            }
        }
        if !inDouble { result.load(floats.pointer, count: size) }
        for i in 0..<channels {
            for j in 0..<i { result[j * channels + i] = result[i * channels + j] }
        }
        withExtendedLifetime((centered.tensor, floats)) {}
    }
}
