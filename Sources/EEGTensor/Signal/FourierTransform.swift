extension TimeSeries {
    /// The Fourier transform of each row, of which only frequencies from 0 to half the sampling rate are given: `sampleCount / 2 + 1` bins.
    ///
    /// Not normalised.
    public func realFourierTransform() -> ComplexSeries<Self> {
        require(sampleCount > 0, "realFourierTransform: rows without samples")
        return mapRows(to: sampleCount / 2 + 1) { transformReal($0, $1, $2) }
    }
}

extension ComplexSeries {
    /// The signal of `sampleCount` samples whose one-sided spectrum this is: the inverse of `realFourierTransform`, divided by `sampleCount`.
    ///
    /// - Precondition: there are `sampleCount / 2 + 1` bins.
    public func inverseRealFourierTransform(sampleCount: Int) -> Series {
        requireBins(of: sampleCount)
        return inverseReal(sampleCount, edgeScale: 1 / Double(sampleCount), innerScale: 1 / Double(sampleCount))
    }

    /// The Fourier transform of each complex row, not normalised.
    public func fourierTransform() -> ComplexSeries { transformed(.complexForward, scale: 1) }

    /// The inverse of `fourierTransform`: divided by the number of samples.
    public func inverseFourierTransform() -> ComplexSeries { transformed(.complexInverse, scale: 1 / Double(real.sampleCount)) }

    private func transformed(_ kind: FourierPlan.Kind, scale: Double) -> ComplexSeries {
        require(real.sampleCount > 0, "fourierTransform: rows without samples")
        return real.mapRows(to: real.sampleCount) { real, newReal, newImaginary in
            imaginary.withUnsafeSamples {
                let imaginary = Rows(base: $0, count: real.count, length: real.length)
                transformComplex(kind, real, imaginary, newReal, newImaginary, scale: scale)
            }
        }
    }

    /// The transform back without a division; the mean and the bin at half the sampling rate are scaled apart from the others.
    fileprivate func inverseReal(_ sampleCount: Int, edgeScale: Double, innerScale: Double) -> Series {
        real.mapRows(to: sampleCount) { real, y in
            imaginary.withUnsafeSamples {
                let imaginary = Rows(base: $0, count: real.count, length: real.length)
                transformBack(real, imaginary, y, edgeScale: edgeScale, innerScale: innerScale)
            }
        }
    }

    fileprivate func requireBins(of sampleCount: Int) {
        require(
            sampleCount > 0 && real.sampleCount == sampleCount / 2 + 1,
            "inverseRealFourierTransform: \(real.sampleCount) bins for \(sampleCount) samples")
    }
}

extension Tensor {
    /// The Fourier transform along the last axis, of which only frequencies from 0 to half the sampling rate are given: `[..., time]` to
    /// `[..., bin]`, with a gradient. Not normalised.
    public func realFourierTransform() -> ComplexTensor {
        require(rank > 0 && sampleCount > 0, "realFourierTransform: shape \(shape) has no samples")
        let parts = apply(RealFourierTransform(), to: TensorList(self))
        return ComplexTensor(real: parts[0], imaginary: parts[1])
    }
}

extension ComplexSeries<Tensor> {
    /// The signal of `sampleCount` samples whose one-sided spectrum this is, divided by `sampleCount`: `[..., bin]` to `[..., time]`, with a
    /// gradient.
    ///
    /// - Precondition: there are `sampleCount / 2 + 1` bins.
    public func inverseRealFourierTransform(sampleCount: Int) -> Tensor {
        requireBins(of: sampleCount)
        return apply(InverseRealFourierTransform(sampleCount: sampleCount), real, imaginary)
    }
}

/// `[..., time]` to the real and the imaginary part of `[..., bin]`.
struct RealFourierTransform: Operation {
    static let name = "real_fourier_transform"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let spectrum = x.mapRows(to: x.sampleCount / 2 + 1) { transformReal($0, $1, $2) }
        return TensorList(spectrum.real, spectrum.imaginary)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let zeros = { Tensor(zeros: pass.shape(ofOutput: 0)) }
        let spectrum = ComplexTensor(real: gradients.optional(0) ?? zeros(), imaginary: gradients.optional(1) ?? zeros())
        // The transform back counts bins between the mean and half the rate twice.
        return TensorList(spectrum.inverseReal(pass.shape(ofInput: 0).last ?? 0, edgeScale: 1, innerScale: 0.5))
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { fourierOperations(inputs[0]) }
}

/// The real and the imaginary part of `[..., bin]` to `[..., time]`.
struct InverseRealFourierTransform: Operation {
    static let name = "inverse_real_fourier_transform"
    let sampleCount: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let scale = 1 / Double(sampleCount)
        return TensorList(
            ComplexTensor(real: inputs[0], imaginary: inputs[1]).inverseReal(sampleCount, edgeScale: scale, innerScale: scale))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let bins = sampleCount / 2 + 1
        var spectrum = gradients[0].mapRows(to: bins) { transformReal($0, $1, $2) }
        func scale(_ part: inout Tensor) {
            part.withUnsafeMutableBufferPointer { values in
                for index in values.indices {
                    let bin = index % bins
                    values[index] *= (bin > 0 && 2 * bin < sampleCount ? 2 : 1) / Float(sampleCount)
                }
            }
        }
        scale(&spectrum.real)
        scale(&spectrum.imaginary)
        return TensorList(spectrum.real, spectrum.imaginary)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { fourierOperations(outputs[0]) }
}

/// The usual count for a real transform along the last axis: 2.5 n log2 n.
private func fourierOperations(_ shape: Shape) -> Int {
    5 * shape.elementCount * (Int.bitWidth - (shape.last ?? 1).leadingZeroBitCount) / 2
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func transformReal<Scalar: SignalScalar>(_ x: Rows<Scalar>, _ real: MutableRows<Scalar>, _ imaginary: MutableRows<Scalar>) {
    let plan = FourierPlan.plan(.realForward, length: x.length, Scalar.self)
    let bins = real.length
    parallelFor(x.count, grain: max(1, 8192 / x.length)) { rows in
        withScratch(x.length, Scalar.self) { samples in
            withScratch(2 * bins, Scalar.self) { spectrum in
                for row in rows {
                    samples.update(from: x[row], count: x.length)
                    plan.run(samples, spectrum)
                    for bin in 0..<bins {
                        real[row][bin] = spectrum[2 * bin]
                        imaginary[row][bin] = spectrum[2 * bin + 1]
                    }
                }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func transformBack<Scalar: SignalScalar>(
    _ real: Rows<Scalar>, _ imaginary: Rows<Scalar>, _ y: MutableRows<Scalar>, edgeScale: Double, innerScale: Double
) {
    let plan = FourierPlan.plan(.realInverse, length: y.length, Scalar.self)
    let bins = real.length
    let (edge, inner) = (Scalar(edgeScale), Scalar(innerScale))
    parallelFor(y.count, grain: max(1, 8192 / y.length)) { rows in
        withScratch(y.length, Scalar.self) { samples in
            withScratch(2 * bins, Scalar.self) { spectrum in
                for row in rows {
                    for bin in 0..<bins {
                        spectrum[2 * bin] = inner * real[row][bin]
                        spectrum[2 * bin + 1] = inner * imaginary[row][bin]
                    }
                    for bin in y.length % 2 == 0 ? [0, bins - 1] : [0] {
                        spectrum[2 * bin] = edge * real[row][bin]
                        spectrum[2 * bin + 1] = 0
                    }
                    plan.run(spectrum, samples)
                    y[row].update(from: samples, count: y.length)
                }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func transformComplex<Scalar: SignalScalar>(
    _ kind: FourierPlan.Kind, _ real: Rows<Scalar>, _ imaginary: Rows<Scalar>, _ newReal: MutableRows<Scalar>,
    _ newImaginary: MutableRows<Scalar>, scale: Double
) {
    let plan = FourierPlan.plan(kind, length: real.length, Scalar.self)
    let (length, scale) = (real.length, Scalar(scale))
    parallelFor(real.count, grain: max(1, 8192 / length)) { rows in
        withScratch(2 * length, Scalar.self) { input in
            withScratch(2 * length, Scalar.self) { output in
                for row in rows {
                    for index in 0..<length {
                        input[2 * index] = real[row][index]
                        input[2 * index + 1] = imaginary[row][index]
                    }
                    plan.run(input, output)
                    for index in 0..<length {
                        newReal[row][index] = scale * output[2 * index]
                        newImaginary[row][index] = scale * output[2 * index + 1]
                    }
                }
            }
        }
    }
}
