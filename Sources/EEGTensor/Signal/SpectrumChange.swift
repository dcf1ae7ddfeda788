/// Writes to `target` the signal whose spectrum `change` makes of that of `source`.
///
/// - Parameters:
///   - count: the samples of both; they may be the same memory.
///   - length: of the transform; zeros follow the signal up to it.
///   - change: receives `length / 2 + 1` bins as pairs (real, imaginary), divided by `length`.
package func changeSpectrum(
    of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int, length: Int,
    _ change: (UnsafeMutablePointer<Float>) -> Void
) {
    require(count >= 0 && length >= count && length > 0, "changeSpectrum: \(count) samples in a transform of length \(length)")
    let forward = FourierPlan.plan(.realForward, length: length, Float.self)
    let inverse = FourierPlan.plan(.realInverse, length: length, Float.self)
    let elements = 2 * (length / 2 + 1)
    withScratch(length, Float.self) { samples in
        withScratch(elements, Float.self) { spectrum in
            samples.update(from: source, count: count)
            (samples + count).update(repeating: 0, count: length - count)
            forward.run(samples, spectrum)
            let scale = 1 / Float(length)
            for index in 0..<elements { spectrum[index] *= scale }
            change(spectrum)
            inverse.run(spectrum, samples)
            target.update(from: samples, count: count)
        }
    }
}
