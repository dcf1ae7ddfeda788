extension WindowSet {
    /// The windows with the signals of their recordings kept in files (see `Recording.cached(in:)`): what was filtered and resampled is computed
    /// once, not whenever a window is read.
    ///
    /// - Throws: what reading the recordings and writing the files throw.
    public func cached(in folder: String) throws(EEGDataError) -> WindowSet {
        try replacingRecordings { recording throws(EEGDataError) in try recording.cached(in: folder) }
    }
}
