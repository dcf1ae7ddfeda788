public import EEGTensor

extension Recording {
    /// Samples of channels with one sampling rate, each in its unit, as a tensor `[channel, time]`.
    ///
    /// Quicker than arrays of samples where recordings are read one after the other: the memory of a tensor that is no longer used serves for the
    /// next one.
    ///
    /// - Parameters:
    ///   - indices: the channels, in this order; all of them by default.
    ///   - range: sample numbers; by default as many as the channels have.
    /// - Throws: where the channels differ in rate or length, or there are none; `EEGDataError.crossesGap` where samples lie on both sides of a gap;
    ///   and what reading throws.
    public func signals(of indices: [Int]? = nil, in range: Range<Int>? = nil) throws(EEGDataError) -> Tensor {
        let indices = indices ?? Array(channels.indices)
        for index in indices { try check(index) }
        guard let first = indices.first.map({ channels[$0] }) else {
            throw .empty(what: "signals", reason: "there are no channels")
        }
        for channel in indices.map({ channels[$0] })
        where channel.samplingRate != first.samplingRate || range == nil && channel.sampleCount != first.sampleCount {
            throw .invalidArgument(
                name: "channels", expected: "all with \(first.sampleCount) samples at \(first.samplingRate) Hz",
                found: "\(channel.label) with \(channel.sampleCount) at \(channel.samplingRate) Hz")
        }
        let range = range ?? 0..<first.sampleCount
        // Refuses what does not lie in the recording, or is too much, before memory is taken.
        let ranges = try checked(indices.map { _ in range }, of: indices)
        let most = ReadLimits.standard.decodedBytes / MemoryLayout<Float>.size
        guard range.count <= most / indices.count else {
            throw .invalidArgument(
                name: "samples", expected: "at most \(most) a call: read in parts", found: "\(indices.count) x \(range.count)")
        }
        return try Tensor(unsafeUninitializedShape: [indices.count, range.count]) { (target) throws(EEGDataError) in
            let rows = indices.indices.map { UnsafeMutableBufferPointer(rebasing: target[($0 * range.count)..<(($0 + 1) * range.count)]) }
            try read(indices, in: ranges, into: rows)
        }
    }
}
