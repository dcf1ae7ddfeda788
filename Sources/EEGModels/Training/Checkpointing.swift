/// Where and when a training run is saved.
///
/// The file holds the model under its own names, so that `Model.load(from:)` reads it, and all that is needed to go on: a resumed run ends with
/// the same weights, bit for bit, as one that was never interrupted. It is replaced as a whole: a program that is killed at any moment leaves a
/// complete one. Its weights are those under way: `save(to:)` the model that `fit` returns to keep the average of the weights or the best ones.
/// Ctrl-C ends training after the batch under way, with the run saved.
public struct Checkpointing: Sendable, Hashable {
    public var path: String
    /// Batches between two saves; nil to save after each epoch only.
    public var everyBatches: Int?
    /// Whether training goes on from the file where there is one; else it starts anew.
    public var resumes: Bool

    public init(to path: String, resumes: Bool, everyBatches: Int? = nil) {
        self.path = path
        self.resumes = resumes
        self.everyBatches = everyBatches
    }

    func validate() throws(TrainingError) {
        if let everyBatches, everyBatches < 1 {
            throw .invalidSetting(name: "batches between checkpoints", expected: "at least 1", found: "\(everyBatches)")
        }
    }
}
