public import EEGTensor

extension Parameter {
    /// Scales down the weights of those outputs whose norm exceeds `limit`: for `Model.constrainParameters`.
    ///
    /// Gradients do not see it; a layer whose forward pass limits the norm is another thing.
    ///
    /// Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014).
    /// - Precondition: the value is `[output, …]`.
    public func limitNorms(to limit: Float) {
        require(value.rank >= 1, "Parameter.limitNorms: \(name) is a scalar")
        value = limitingNorm(of: value, to: limit)
    }
}
