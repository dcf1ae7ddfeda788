extension Recording {
    /// The recording with all of its samples computed and held in memory: for short recordings that are read often.
    public func loaded() throws(EEGDataError) -> Recording {
        var samples = channels.map { channel in
            var values: [Float] = []
            values.reserveCapacity(channel.sampleCount)
            return values
        }
        for segment in segments {
            let part = try self.samples(of: Array(channels.indices), in: channels.map { segment.samples(of: $0) })
            for (index, values) in part.enumerated() { samples[index] += values }
        }
        return derived(MemorySource(channels: channels, samples: samples), channels: channels, by: "loaded")
    }
}
