/// The places in column-major order of the elements of an array, which are listed in row-major order.
func columnMajorPlaces(of shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var stride = 1
    for size in shape {
        strides.append(stride)
        stride *= size
    }
    return columnMajorPlaces(of: shape, strides: strides)
}

/// The places of the elements of an array whose axes have these strides, in row-major order.
private func columnMajorPlaces(of shape: [Int], strides: [Int]) -> [Int] {
    var places = [0]
    for (size, stride) in zip(shape, strides) {
        places = places.flatMap { place in (0..<size).map { place + $0 * stride } }
    }
    return places
}

extension MATText {
    /// - Parameter units: code points or UTF-16 code units in column-major order, as many as the shape says.
    init(shape: [Int], columnMajorUnits units: [UInt32]) {
        var strides: [Int] = []
        var stride = 1
        for size in shape {
            strides.append(stride)
            stride *= size
        }
        // All axes but the second count rows.
        let others = shape.indices.filter { $0 != 1 }
        let firsts = units.isEmpty ? [] : columnMajorPlaces(of: others.map { shape[$0] }, strides: others.map { strides[$0] })
        self.init(
            shape: shape,
            rows: firsts.map { first in
                var codeUnits: [UInt16] = []
                codeUnits.reserveCapacity(shape[1])
                for column in 0..<shape[1] {
                    let unit = units[first + column * strides[1]]
                    if let single = UInt16(exactly: unit) {
                        codeUnits.append(single)
                    } else {
                        codeUnits += Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf16)
                    }
                }
                return String(decoding: codeUnits, as: UTF16.self)
            })
    }
}
