extension ReadLimits {
    /// Refuses to read more samples in one call than may be decoded.
    func check(_ ranges: [Range<Int>], bytesPerValue: Int) throws(EEGDataError) {
        var total = 0
        for range in ranges { total = min(decodedBytes, total) + range.count }
        guard total <= decodedBytes / bytesPerValue else {
            throw .invalidArgument(
                name: "samples", expected: "at most \(decodedBytes) bytes a call: read in parts, or raise the limit",
                found: "\(total) samples or more of \(bytesPerValue) bytes")
        }
    }
}
