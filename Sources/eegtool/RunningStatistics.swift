/// Sum, mean, deviation and range of numbers that come in parts. Numbers that are not finite are counted apart.
struct RunningStatistics: Encodable {
    private(set) var count = 0
    private(set) var notFinite = 0
    private(set) var first: [Double?] = []
    private(set) var sum = 0.0
    private(set) var minimum: Double?
    private(set) var maximum: Double?
    private var mean = 0.0
    /// The sum of squared distances from the mean.
    private var spread = 0.0
    private static let shown = 5

    /// Adds a part. Its mean and spread are computed first and joined to what was there, so that long signals far from zero keep their digits.
    mutating func add(_ values: some Collection<some BinaryFloatingPoint>) {
        for value in values.prefix(max(0, Self.shown - first.count)) { first.append(value.isFinite ? Double(value) : nil) }
        var partCount = 0
        var partSum = 0.0
        var lowest = minimum ?? .infinity
        var highest = maximum ?? -.infinity
        for value in values where value.isFinite {
            let value = Double(value)
            partCount += 1
            partSum += value
            lowest = min(lowest, value)
            highest = max(highest, value)
        }
        notFinite += values.count - partCount
        guard partCount > 0 else { return }
        let partMean = partSum / Double(partCount)
        var partSpread = 0.0
        for value in values where value.isFinite {
            let distance = Double(value) - partMean
            partSpread += distance * distance
        }
        let joined = Double(count + partCount)
        let difference = partMean - mean
        spread += partSpread + difference * difference * Double(count) * Double(partCount) / joined
        mean += difference * Double(partCount) / joined
        count += partCount
        sum += partSum
        (minimum, maximum) = (lowest, highest)
    }

    /// Population standard deviation.
    var deviation: Double? { count > 0 ? (spread / Double(count)).squareRoot() : nil }
    var average: Double? { count > 0 ? mean : nil }

    enum CodingKeys: String, CodingKey {
        case count, notFinite, first, sum, mean, deviation, minimum, maximum
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(notFinite, forKey: .notFinite)
        try container.encode(first, forKey: .first)
        try container.encode(sum.isFinite ? sum : nil, forKey: .sum)
        try container.encode(average, forKey: .mean)
        try container.encode(deviation.flatMap { $0.isFinite ? $0 : nil }, forKey: .deviation)
        try container.encode(minimum, forKey: .minimum)
        try container.encode(maximum, forKey: .maximum)
    }

    /// The mean, deviation and range in a few words.
    var text: String {
        guard let average, let deviation, let minimum, let maximum else { return "no finite value" }
        let gaps = notFinite > 0 ? ", \(notFinite) not finite" : ""
        return "mean \(short(average)), deviation \(short(deviation)), \(short(minimum)) to \(short(maximum))\(gaps)"
    }
}

/// Six significant digits.
func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    guard abs(value) >= 1e-4, abs(value) < 1e15 else { return "\(Float(value))" }
    var scale = 1.0
    while abs(value) * scale < 1e5, scale < 1e9 { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
