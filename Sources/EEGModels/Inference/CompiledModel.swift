public import EEGTensor

extension Model {
    /// The model as a plan for predictions on batches of one size, with the weights of this moment.
    ///
    /// ```swift
    /// let plan = model.compiled(batchSize: 1)
    /// let scores = plan(window)                 // [1, class]
    /// ```
    ///
    /// - Parameter batchSize: how many windows a run takes, `[batchSize, channel, time]`.
    public func compiled(batchSize: Int) -> InferencePlan {
        require(batchSize > 0, "compiled: batch size \(batchSize)")
        return InferencePlan(inputShape: [batchSize, shape.channels, shape.samples]) { x in
            var context = ForwardContext.inference
            return self(x, &context)
        }
    }
}
