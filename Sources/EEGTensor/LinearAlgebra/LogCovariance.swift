/// The matrix logarithm of the covariance of the channels of windows, computed in Double from the samples on.
///
/// `matrixLogarithm(covariance(x))` rounds the covariance to Float, which lifts an eigenvalue of 0 (a flat channel, a channel that is a sum of
/// others) to some 1e-8 of the largest. Here it stays below `minimumEigenvalue`, whose logarithm it then gets, with gradient 0.
///
/// The log-Euclidean feature of a window (Arsigny et al., 2006; for EEG, Banville et al., 2022) is `upperTriangle` of this.
///
/// - Parameters:
///   - x: `[..., channel, time]`.
///   - minimumEigenvalue: smaller eigenvalues count as this one; in the square of the unit of `x`.
/// - Returns: `[..., channel, channel]`; NaN for a window that is not finite.
/// - Precondition: an input that is not empty, with at least two samples; a positive minimum.
public func logCovariance(_ x: Tensor, minimumEigenvalue: Double = 1e-10) -> Tensor {
    require(minimumEigenvalue > 0, "logCovariance: the smallest eigenvalue must be positive, it is \(minimumEigenvalue)")
    return apply(LogCovariance(minimumEigenvalue: minimumEigenvalue), x)
}

struct LogCovariance: Operation {
    static let name = "log covariance"

    let minimumEigenvalue: Double

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(Self.name, x.shape)
        let (windows, logarithm) = functions(batch)
        let channels = batch.rows, size = channels * channels
        let keptCount = channels + logarithm.keptCount
        let kept = DoubleBlock(count: batch.count * keptCount)
        let result = Tensor(uninitialized: Shape(x.shape.dropLast() + [channels]))
        windows.forEach(batch, workspace: size + logarithm.workCount) { index, memory in
            let means = kept.pointer + index * keptCount
            windows.compute(x.pointer + index * batch.size, means: means, result: memory, inDouble: true)
            logarithm.apply(memory, work: memory + size, kept: means + channels)
            memory.storeSymmetricPart(result.mutablePointer + index * size, channels)
        }
        withExtendedLifetime((x, kept.tensor)) {}
        pass.save(x)
        pass.save(kept.tensor)
        return TensorList(result)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (gradient, x, kept) = (gradients[0], pass.saved[0], DoubleBlock(pass.saved[1]))
        let batch = MatrixBatch(Self.name, x.shape)
        let (windows, logarithm) = functions(batch)
        let channels = batch.rows, size = channels * channels
        let result = Tensor(uninitialized: x.shape)
        windows.forEach(batch, workspace: 2 * size) { index, memory in
            let means = kept.pointer + index * (channels + logarithm.keptCount)
            memory.loadSymmetricPart(gradient.pointer + index * size, channels)
            logarithm.pullBack(memory, work: memory + size, kept: means + channels)
            windows.pullBack(
                memory, x.pointer + index * batch.size, means: means, into: result.mutablePointer + index * batch.size)
        }
        withExtendedLifetime((gradient, x, kept.tensor)) {}
        return TensorList(result)
    }

    private func functions(_ batch: MatrixBatch) -> (WindowCovariance, SpectralFunction) {
        (
            WindowCovariance(Self.name, batch, removesMean: true, isUnbiased: true),
            SpectralFunction(.logarithm, minimumEigenvalue, size: batch.rows)
        )
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        outputs[0].elementCount * ((inputs[0].last ?? 0) + 14 * (outputs[0].last ?? 0))
    }
}
