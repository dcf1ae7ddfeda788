/// Windows `[window, channel, time]` in memory.
struct WindowRows {
    let base: UnsafePointer<Float>
    let windows: Int
    let channels: Int
    let samples: Int

    func window(_ index: Int) -> UnsafePointer<Float> { base + index * channels * samples }

    func row(_ window: Int, _ channel: Int) -> UnsafePointer<Float> { base + (window * channels + channel) * samples }

    /// Greatest minus least value of each channel: `[window][channel]`.
    func peakToPeak() -> [[Float]] {
        (0..<windows).map { window in (0..<channels).map { EEGModels.peakToPeak(row(window, $0), samples: samples) } }
    }
}

/// The greatest minus the least value.
func peakToPeak(_ row: UnsafePointer<Float>, samples: Int) -> Float {
    var low = SIMD16<Float>(repeating: row[0]), high = low
    let whole = samples / 16 * 16
    for start in stride(from: 0, to: whole, by: 16) {
        let values = UnsafeRawPointer(row + start).loadUnaligned(as: SIMD16<Float>.self)
        low.replace(with: values, where: values .< low)
        high.replace(with: values, where: values .> high)
    }
    var (least, greatest) = (low.min(), high.max())
    for index in whole..<samples { (least, greatest) = (min(least, row[index]), max(greatest, row[index])) }
    return greatest - least
}
