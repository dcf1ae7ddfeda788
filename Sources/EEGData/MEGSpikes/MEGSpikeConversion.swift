/// Converts a pickle of a patient's MEG recordings (`data_raw_N.pkl`) to an HDF5 file of the schema `meg-spikes-raw`.
///
/// The pickle is a dictionary of lists with an entry for each block: `meg` (`[channel, time]` in tesla), `events`, `reannot` (samples), `file`, and in
/// later versions `is_reannoted`. No code in it is run. Events are rounded to whole samples, sorted, and repeated ones left out.
///
/// - Parameters:
///   - source: the pickle; it is held in memory, and besides it one block at a time.
///   - destination: the HDF5 file; it appears when it is complete.
///   - patient: the patient's number; by default the one in the file's name.
///   - channelNames: the sensors' names; by default the 274 of the CTF system where the blocks have so many, else `MEG 001` and so on.
///   - samplingRate: samples a second.
///   - sourceSHA256: the SHA-256 of the pickle in hexadecimal digits, to be noted in the file.
///   - compression: the level of gzip; nil for none.
///   - progress: called after each block with how many are done, and how many there are.
/// - Throws: `EEGDataError` that names the missing key, or the key and the place in its list, that is not as it should be.
public func convertMEGSpikePickle(
    _ source: String, to destination: String, patient: Int? = nil, channelNames: [String]? = nil, samplingRate: Double = 150,
    sourceSHA256: String = "", compression: Int? = nil, limits: ReadLimits = .standard, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
) throws(EEGDataError) {
    func malformed(_ field: String, _ expected: String, _ found: String) -> EEGDataError {
        .malformed(file: source, format: "pickle", offset: nil, field: field, expected: expected, found: found)
    }
    let pickle = try PickleFile(contentsOf: source, limits: limits).value
    guard case .dictionary = pickle else { throw malformed("content", "a dictionary", pickle.kind) }
    let missing = ["meg", "events", "reannot", "file"].filter { pickle[$0] == nil }
    guard missing.isEmpty else {
        throw malformed("keys", "meg, events, reannot and file", "no \(missing.joined(separator: ", no "))")
    }
    var lists: [String: [PickleValue]] = [:]
    for key in ["meg", "events", "reannot", "file", "is_reannoted"] {
        guard let value = pickle[key] else { continue }
        guard let elements = value.elements else { throw malformed(key, "a list", value.kind) }
        lists[key] = elements
    }
    let blocks = lists["meg"] ?? []
    for (key, list) in lists.sorted(by: { $0.key < $1.key }) where list.count != blocks.count {
        throw malformed(key, "\(blocks.count) entries, as many as meg has", "\(list.count)")
    }
    guard let first = blocks.first else { throw malformed("meg", "at least one block", "none") }
    let channelCount = try megSignal(first, "meg[0]", malformed).channels
    guard (1...65_535).contains(channelCount) else { throw malformed("meg[0]", "1 to 65535 sensors", "\(channelCount)") }
    let names =
        channelNames
        ?? (channelCount == ctfSensorNames.count
            ? ctfSensorNames
            : (1...channelCount).map { number in
                let digits = String(number)
                return "MEG " + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            })
    guard names.count == channelCount else { throw malformed("meg[0]", "\(names.count) sensors", "\(channelCount)") }
    let fileName = source.split(separator: "/").last ?? ""
    let number = patient ?? fileName.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0

    let writer = try MEGSpikeWriter(
        path: destination, header: MEGSpikeHeader(patient: number, samplingRate: samplingRate, channelNames: names, sourceSHA256: sourceSHA256),
        compression: compression)
    for (index, block) in blocks.enumerated() {
        let signal = try megSignal(block, "meg[\(index)]", malformed)
        guard signal.channels == channelCount else {
            throw malformed("meg[\(index)]", "\(channelCount) sensors", "\(signal.channels)")
        }
        guard let file = lists["file"]?[index].string else {
            throw malformed("file[\(index)]", "a string", lists["file"]?[index].kind ?? "none")
        }
        func events(_ key: String) throws(EEGDataError) -> [Int] {
            let events = try megEvents(lists[key]?[index] ?? .none, "\(key)[\(index)]", malformed)
            if let event = events.first(where: { !(0..<signal.samples).contains($0) }) {
                throw malformed("\(key)[\(index)]", "samples in 0..<\(signal.samples)", "\(event)")
            }
            return events
        }
        try writer.append(
            MEGSpikeBlock(
                index: index, file: file, isReannotated: (lists["is_reannoted"]?[index].double ?? 0) != 0, sampleCount: signal.samples,
                events: try events("events"), reannotatedEvents: try events("reannot")),
            samples: signal.values)
        progress(index + 1, blocks.count)
    }
    try writer.finish()
}

/// The signals of a block: an array, or lists of numbers, one a sensor.
private func megSignal(
    _ value: PickleValue, _ field: String, _ malformed: (String, String, String) -> EEGDataError
) throws(EEGDataError) -> (channels: Int, samples: Int, values: [Float]) {
    if case .array(let array) = value, array.shape.count == 2, let numbers = array.numbers {
        return (array.shape[0], array.shape[1], numbers.floats)
    }
    guard let rows = value.elements else { throw malformed(field, "an array [sensor, time]", value.kind) }
    var values: [Float] = []
    var samples: Int?
    for (index, row) in rows.enumerated() {
        let numbers = try megNumbers(row, "\(field)[\(index)]", malformed)
        guard samples == nil || samples == numbers.count else { throw malformed("\(field)[\(index)]", "\(samples ?? 0) samples", "\(numbers.count)") }
        samples = numbers.count
        values += numbers.map { Float($0) }
    }
    return (rows.count, samples ?? 0, values)
}

/// Whole samples, rising, each once.
private func megEvents(
    _ value: PickleValue, _ field: String, _ malformed: (String, String, String) -> EEGDataError
) throws(EEGDataError) -> [Int] {
    var events: Set<Int> = []
    for number in try megNumbers(value, field, malformed) {
        guard let event = Int(exactly: number.rounded()) else { throw malformed(field, "numbers of samples", "\(number)") }
        events.insert(event)
    }
    return events.sorted()
}

private func megNumbers(
    _ value: PickleValue, _ field: String, _ malformed: (String, String, String) -> EEGDataError
) throws(EEGDataError) -> [Double] {
    if case .array(let array) = value, array.shape.count == 1, let numbers = array.numbers { return numbers.doubles }
    guard let elements = value.elements else { throw malformed(field, "a list of numbers", value.kind) }
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
        guard let number = element.double else { throw malformed("\(field)[\(index)]", "a number", element.kind) }
        numbers.append(number)
    }
    return numbers
}

/// The 274 gradiometers of the CTF system without `MRP52`, in the order of the data set.
let ctfSensorNames: [String] = {
    let regions: [(letter: String, numbers: [ClosedRange<Int>])] = [
        ("C", [11...17, 21...25, 31...32, 41...42, 51...55, 61...63]),
        ("F", [11...14, 21...25, 31...35, 41...46, 51...56, 61...67]),
        ("O", [11...14, 21...24, 31...34, 41...44, 51...53]),
        ("P", [11...12, 21...23, 31...35, 41...45, 51...57]),
        ("T", [11...16, 21...27, 31...37, 41...47, 51...57]),
    ]
    var names: [String] = []
    for side in ["L", "R"] {
        for region in regions { names += region.numbers.joined().map { "M\(side)\(region.letter)\($0)" } }
    }
    names.removeAll { $0 == "MRP52" }
    for (letter, count) in [("C", 4), ("F", 3), ("O", 3), ("P", 1)] { names += (1...count).map { "MZ\(letter)0\($0)" } }
    return names
}()
