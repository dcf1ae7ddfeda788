/// Decodes 16-bit integers, low byte first.
func decode16(_ bytes: UnsafeRawPointer, _ values: UnsafeMutableBufferPointer<Int32>) {
    for index in values.indices { values[index] = Int32(stored16(bytes, index)) }
}

/// Decodes 24-bit integers, low byte first.
func decode24(_ bytes: UnsafeRawPointer, _ values: UnsafeMutableBufferPointer<Int32>) {
    forEach24(bytes, count: values.count) { values[$0] = $1 }
}

/// Decodes 16-bit integers, low byte first, to physical values: in Double, rounded once at the end.
func decode16(_ bytes: UnsafeRawPointer, _ values: UnsafeMutableBufferPointer<Float>, _ digitization: Digitization) {
    let line = StraightLine(digitization)
    for index in values.indices { values[index] = line(Int32(stored16(bytes, index))) }
}

/// Decodes 24-bit integers, low byte first, to physical values: in Double, rounded once at the end.
func decode24(_ bytes: UnsafeRawPointer, _ values: UnsafeMutableBufferPointer<Float>, _ digitization: Digitization) {
    let line = StraightLine(digitization)
    forEach24(bytes, count: values.count) { values[$0] = line($1) }
}

/// The physical value of a stored integer, with the division done beforehand.
private struct StraightLine {
    let gain: Double
    let base: Double

    init(_ digitization: Digitization) {
        gain = digitization.step
        base = digitization.physicalMinimum - Double(digitization.digitalMinimum) * gain
    }

    @inline(__always) func callAsFunction(_ stored: Int32) -> Float { Float(Double(stored) * gain + base) }
}

@inline(__always) private func stored16(_ bytes: UnsafeRawPointer, _ index: Int) -> Int16 {
    Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
}

@inline(__always) private func forEach24(_ bytes: UnsafeRawPointer, count: Int, _ body: (Int, Int32) -> Void) {
    guard count > 0 else { return }
    // Four bytes are loaded for three, from one before the sample on; the first sample has none before it.
    let low = UInt32(bytes.loadUnaligned(fromByteOffset: 0, as: UInt16.self).littleEndian)
    let high = UInt32(bytes.load(fromByteOffset: 2, as: UInt8.self))
    body(0, Int32(bitPattern: low << 8 | high << 24) >> 8)
    for index in 1..<max(1, count) {
        body(index, Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 3 * index - 1, as: Int32.self)) >> 8)
    }
}
