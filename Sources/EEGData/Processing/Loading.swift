extension Recording {
    /// The recording with all of its samples computed and held in memory: for short recordings that are read often.
    public func loaded() throws(EEGDataError) -> Recording {
        var samples: [[Float]] = []
        for index in channels.indices { samples.append(try storedSamples(of: index)) }
        return derived(MemorySource(channels: channels, samples: samples), channels: channels, by: "loaded")
    }
}
