/// The median over rows at each place, exactly: the arithmetic mean of both middle values for an even number of rows.
///
/// Sixteen places at a time: floats become integers of the same order, and the middle one is found by halving the range between the least
/// and the greatest, with a count of the values below at each step.
func pointwiseMedian(of rows: [UnsafePointer<Float>], samples: Int, into result: UnsafeMutablePointer<Double>) {
    withUnsafeTemporaryAllocation(of: SIMD16<Int32>.self, capacity: rows.count) { keys in
        for start in stride(from: 0, to: samples, by: 16) {
            let width = min(16, samples - start)
            for (index, row) in rows.enumerated() { keys.initializeElement(at: index, to: orderedKeys(row + start, count: width)) }
            let median = medians(UnsafeBufferPointer(keys))
            for lane in 0..<width { result[start + lane] = median[lane] }
        }
    }
}

/// Integers in the order of the floats.
@inline(__always)
private func orderedKeys(_ values: UnsafePointer<Float>, count: Int) -> SIMD16<Int32> {
    var bits = SIMD16<Int32>()
    if count == 16 {
        bits = UnsafeRawPointer(values).loadUnaligned(as: SIMD16<Int32>.self)
    } else {
        for lane in 0..<count { bits[lane] = Int32(bitPattern: values[lane].bitPattern) }
    }
    return bits ^ ((bits &>> 31) & 0x7fff_ffff)
}

@inline(__always)
private func value(ofKey key: Int32) -> Double { Double(Float(bitPattern: UInt32(bitPattern: key ^ ((key &>> 31) & 0x7fff_ffff)))) }

private func medians(_ keys: UnsafeBufferPointer<SIMD16<Int32>>) -> SIMD16<Double> {
    var low = SIMD16<Int32>(repeating: .max), high = SIMD16<Int32>(repeating: .min)
    for key in keys {
        low.replace(with: key, where: key .< low)
        high.replace(with: key, where: key .> high)
    }
    let rank = Int32((keys.count - 1) / 2)
    while any(low .!= high) {
        let middle = (low & high) &+ ((low ^ high) &>> 1)
        let isBelow = countNotAbove(middle, keys) .<= rank
        low.replace(with: middle &+ 1, where: isBelow)
        high.replace(with: middle, where: .!isBelow)
    }
    var upper = low
    if keys.count % 2 == 0 {
        // Where the middle value does not occur once more, the next greater one.
        var next = SIMD16<Int32>(repeating: .max)
        for key in keys { next.replace(with: key, where: (key .> low) .& (key .< next)) }
        upper.replace(with: next, where: countNotAbove(low, keys) .<= rank &+ 1)
    }
    var result = SIMD16<Double>()
    for lane in 0..<16 { result[lane] = (value(ofKey: low[lane]) + value(ofKey: upper[lane])) / 2 }
    return result
}

@inline(__always)
private func countNotAbove(_ limit: SIMD16<Int32>, _ keys: UnsafeBufferPointer<SIMD16<Int32>>) -> SIMD16<Int32> {
    var above = SIMD16<Int32>()
    // A lane of a mask is 0 or -1.
    for key in keys { above &+= unsafeBitCast(key .> limit, to: SIMD16<Int32>.self) }
    return SIMD16(repeating: Int32(keys.count)) &+ above
}
