/// A stretch of a recording with a class.
public struct Window: Sendable, Hashable {
    /// The number of its recording in the set.
    public let recording: Int
    /// The number of its first sample.
    public let start: Int
    /// Its class, counted from 0.
    public let label: Int
    /// The number of the annotation of the recording that it belongs to; nil for windows at regular distances.
    public let annotation: Int?

    init(recording: Int = 0, start: Int, label: Int, annotation: Int? = nil) {
        self.recording = recording
        self.start = start
        self.label = label
        self.annotation = annotation
    }

    func moved(to recording: Int) -> Window { Window(recording: recording, start: start, label: label, annotation: annotation) }
}

/// What is known of a window beside its samples.
public struct WindowMetadata: Sendable, Hashable {
    public let subject: String?
    public let session: String?
    /// The file of the recording.
    public let path: String?
    /// Start and end by the clock, from the first sample of the recording.
    public let seconds: ClosedRange<Double>
    public let className: String
    /// The annotation that it belongs to; nil for windows at regular distances.
    public let annotation: Annotation?
}
