/// How the losses of all elements or positions become the result.
public enum LossReduction: Hashable, Sendable {
    /// Their mean; for a cross-entropy with labels the sum divided by the summed class weights of the labels.
    case mean
    /// Their sum.
    case sum
    /// Their sum divided by the size of the batch, the first axis.
    case batchMean
    /// Nothing is reduced: one loss for each element or position.
    case none
}
