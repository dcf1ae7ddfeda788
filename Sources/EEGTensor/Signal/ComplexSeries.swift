/// Complex numbers as two series of the same shape: a spectrum, or an analytic signal.
public struct ComplexSeries<Series: TimeSeries>: Sendable {
    public var real: Series
    public var imaginary: Series

    /// - Precondition: both parts have as many rows of as many samples.
    public init(real: Series, imaginary: Series) {
        require(
            real.rowCount == imaginary.rowCount && real.sampleCount == imaginary.sampleCount,
            "ComplexSeries: a real part of \(real.rowCount) x \(real.sampleCount), an imaginary part of "
                + "\(imaginary.rowCount) x \(imaginary.sampleCount)")
        self.real = real
        self.imaginary = imaginary
    }
}

/// A complex tensor as two real ones.
public typealias ComplexTensor = ComplexSeries<Tensor>

extension TimeSeries {
    /// Two series whose rows of `length` samples `body` computes from the rows of this one.
    func mapRows(
        to length: Int, _ body: (Rows<Scalar>, _ real: MutableRows<Scalar>, _ imaginary: MutableRows<Scalar>) -> Void
    ) -> ComplexSeries<Self> {
        var imaginary = self
        let real = mapRows(to: length) { x, real in
            imaginary = makeSeries(sampleCount: length) { body(x, real, MutableRows(base: $0, count: x.count, length: length)) }
        }
        return ComplexSeries(real: real, imaginary: imaginary)
    }
}
