internal import EEGTensor

/// Runs of elements that lie together both in a block of one shape and in one of another, with a part in common.
struct HDF5Runs {
    /// Elements of a run.
    let length: Int
    /// Starts of all runs.
    private let counts: [Int]
    private let sourceSteps: [Int]
    private let resultSteps: [Int]
    private let sourceStart: Int
    private let resultStart: Int

    /// - Parameters:
    ///   - counts: the extent of the part.
    ///   - sourceShape, resultShape: the shapes of both blocks, the last axis fastest.
    ///   - sourceStart, resultStart: where the part begins in each.
    init(counts: [Int], sourceShape: [Int], sourceStart: [Int], resultShape: [Int], resultStart: [Int]) {
        func steps(_ shape: [Int]) -> [Int] {
            var steps = [Int](repeating: 1, count: shape.count)
            for axis in shape.indices.dropLast().reversed() { steps[axis] = steps[axis + 1] * shape[axis + 1] }
            return steps
        }
        let (sourceSteps, resultSteps) = (steps(sourceShape), steps(resultShape))
        self.sourceStart = zip(sourceStart, sourceSteps).reduce(0) { $0 + $1.0 * $1.1 }
        self.resultStart = zip(resultStart, resultSteps).reduce(0) { $0 + $1.0 * $1.1 }
        // Axes are joined to the run as long as it covers them in both blocks.
        var axis = counts.count
        var length = 1
        while axis > 0, sourceSteps[axis - 1] == length, resultSteps[axis - 1] == length {
            axis -= 1
            length *= counts[axis]
        }
        self.length = length
        self.counts = Array(counts[..<axis])
        self.sourceSteps = Array(sourceSteps[..<axis])
        self.resultSteps = Array(resultSteps[..<axis])
    }

    var count: Int { counts.reduce(1, *) }

    /// Calls `body` with where the runs of some numbers begin in both blocks.
    func forEach(in numbers: Range<Int>, _ body: (Int, Int) throws(EEGDataError) -> Void) throws(EEGDataError) {
        guard !numbers.isEmpty, length > 0 else { return }
        var position = [Int](repeating: 0, count: counts.count)
        var rest = numbers.lowerBound
        var (source, result) = (sourceStart, resultStart)
        for axis in counts.indices.reversed() {
            position[axis] = rest % counts[axis]
            rest /= counts[axis]
            source += position[axis] * sourceSteps[axis]
            result += position[axis] * resultSteps[axis]
        }
        for _ in numbers {
            try body(source, result)
            var axis = counts.count - 1
            while axis >= 0 {
                position[axis] += 1
                source += sourceSteps[axis]
                result += resultSteps[axis]
                guard position[axis] == counts[axis] else { break }
                source -= counts[axis] * sourceSteps[axis]
                result -= counts[axis] * resultSteps[axis]
                position[axis] = 0
                axis -= 1
            }
        }
    }
}

/// Reads parts of a dataset's elements, on the library's threads where there is much to read.
struct HDF5Reading {
    let storage: HDF5Storage
    let shape: [Int]
    let ranges: [Range<Int>]
    let conversion: HDF5Conversion
    let result: UnsafeMutableRawPointer

    private var counts: [Int] { ranges.map(\.count) }
    private static let blockBytes = 1 << 20

    /// Elements that lie in one piece in memory.
    func read(_ bytes: ArraySlice<UInt8>) throws(EEGDataError) {
        guard bytes.count >= shape.reduce(1, *) * conversion.sourceSize else {
            throw storage.malformed(
                at: nil, "data", expected: "\(shape.reduce(1, *)) elements of \(conversion.sourceSize) bytes", found: "\(bytes.count) bytes")
        }
        let runs = HDF5Runs(
            counts: counts, sourceShape: shape, sourceStart: ranges.map(\.lowerBound), resultShape: counts, resultStart: counts.map { _ in 0 })
        let elements = Array(bytes)
        try elements.withUnsafeBytesTyped { (pointer) throws(EEGDataError) in
            try runs.forEach(in: 0..<runs.count) { (source, place) throws(EEGDataError) in
                copy(pointer + source * conversion.sourceSize, to: place, count: runs.length)
            }
        }
    }

    /// Elements that lie in one piece in the file, from an address on.
    func read(contiguous address: Int) throws(EEGDataError) {
        let size = conversion.sourceSize
        guard shape.reduce(1, *) <= (storage.file.size - storage.base - address) / size else {
            throw storage.malformed(
                at: address, "data", expected: "\(shape.reduce(1, *)) elements of \(size) bytes", found: "the file's end at byte \(storage.file.size)"
            )
        }
        let runs = HDF5Runs(
            counts: counts, sourceShape: shape, sourceStart: ranges.map(\.lowerBound), resultShape: counts, resultStart: counts.map { _ in 0 })
        guard runs.length > 0 else { return }
        let start = storage.base + address
        if runs.length * size >= 1 << 12 {
            // Long runs: each in pieces, straight to their place where nothing is to be converted.
            let pieceLength = max(1, Self.blockBytes / size)
            let pieces = (runs.length + pieceLength - 1) / pieceLength
            try parallelFor(runs.count * pieces, grain: max(1, pieceLength / runs.length)) { (numbers) throws(EEGDataError) in
                let scratch = conversion.convert == nil ? nil : UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength * size, alignment: 64)
                defer { scratch?.deallocate() }
                for number in numbers {
                    let first = number % pieces * pieceLength
                    let count = min(pieceLength, runs.length - first)
                    try runs.forEach(in: (number / pieces)..<(number / pieces + 1)) { (source, place) throws(EEGDataError) in
                        let buffer =
                            scratch.map { UnsafeMutableRawBufferPointer(rebasing: $0[..<(count * size)]) }
                            ?? UnsafeMutableRawBufferPointer(start: result + (place + first) * size, count: count * size)
                        try storage.file.read(into: buffer, at: start + (source + first) * size)
                        if let base = scratch?.baseAddress { copy(base, to: place + first, count: count) }
                    }
                }
            }
        } else {
            // Short runs: stretches of the file that hold many of them.
            var window = 0..<0
            let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockBytes, alignment: 64)
            defer { scratch.deallocate() }
            let end = storage.base + address + shape.reduce(1, *) * size
            try runs.forEach(in: 0..<runs.count) { (source, place) throws(EEGDataError) in
                let bytes = (start + source * size)..<(start + (source + runs.length) * size)
                if bytes.lowerBound < window.lowerBound || bytes.upperBound > window.upperBound {
                    window = bytes.lowerBound..<min(end, bytes.lowerBound + Self.blockBytes)
                    try storage.file.read(into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<window.count]), at: window.lowerBound)
                }
                guard let base = scratch.baseAddress else { return }
                copy(base + bytes.lowerBound - window.lowerBound, to: place, count: runs.length)
            }
        }
    }

    /// Elements that lie in chunks. Places of chunks that were not written keep what they hold.
    func read(_ chunks: HDF5Chunks, chunking: HDF5Chunking, filters: HDF5Filters) throws(EEGDataError) {
        let touched = zip(ranges, chunking.shape).map { range, extent in (range.lowerBound / extent)..<((range.upperBound - 1) / extent + 1) }
        func position(_ number: Int) -> [Int] {
            var position = [Int](repeating: 0, count: chunks.grid.count)
            var rest = number
            for axis in chunks.grid.indices.reversed() {
                position[axis] = rest % chunks.grid[axis]
                rest /= chunks.grid[axis]
            }
            return position
        }
        let wanted = chunks.chunks.filter { chunk in zip(position(chunk.number), touched).allSatisfy { $1.contains($0) } }
        guard !wanted.isEmpty else { return }
        try parallelFor(wanted.count, grain: max(1, Self.blockBytes / 2 / chunking.bytes)) { (numbers) throws(EEGDataError) in
            let decoder = HDF5Filters.Decoder(filters, chunkBytes: chunking.bytes)
            for number in numbers {
                let chunk = wanted[number]
                let origin = zip(position(chunk.number), chunking.shape).map { $0 * $1 }
                let isEdge = zip(zip(origin, chunking.shape), shape).contains { $0.0 + $0.1 > $1 }
                let bytes = try decoder.decode(chunk, isFiltered: !(isEdge && chunking.edgesAreUnfiltered), in: storage)
                guard let base = bytes.baseAddress else { continue }
                let parts = zip(zip(origin, chunking.shape), ranges).map { chunk, range in
                    (chunk.0..<(chunk.0 + chunk.1)).clamped(to: range)
                }
                let runs = HDF5Runs(
                    counts: parts.map(\.count), sourceShape: chunking.shape, sourceStart: zip(parts, origin).map { $0.lowerBound - $1 },
                    resultShape: counts, resultStart: zip(parts, ranges).map { $0.lowerBound - $1.lowerBound })
                try runs.forEach(in: 0..<runs.count) { (source, place) throws(EEGDataError) in
                    copy(base + source * conversion.sourceSize, to: place, count: runs.length)
                }
            }
        }
    }

    /// Every element gets the same stored value.
    func fill(_ value: [UInt8]?) {
        let count = counts.reduce(1, *)
        guard let value, value.count == conversion.sourceSize, value.contains(where: { $0 != 0 }) else {
            result.initializeMemory(as: UInt8.self, repeating: 0, count: count * conversion.resultSize)
            return
        }
        value.withUnsafeBytes { value in
            guard let base = value.baseAddress else { return }
            for index in 0..<count { copy(base, to: index, count: 1) }
        }
    }

    private func copy(_ source: UnsafeRawPointer, to place: Int, count: Int) {
        let destination = result + place * conversion.resultSize
        if let convert = conversion.convert {
            convert(source, destination, count)
        } else {
            destination.copyMemory(from: source, byteCount: count * conversion.sourceSize)
        }
    }
}

extension [UInt8] {
    /// The bytes' memory, for a body that throws.
    fileprivate func withUnsafeBytesTyped(_ body: (UnsafeRawPointer) throws(EEGDataError) -> Void) throws(EEGDataError) {
        var failure: EEGDataError?
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            do throws(EEGDataError) { try body(base) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
