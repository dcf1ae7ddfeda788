/// The markers of a BrainVision marker file (`.vmrk`).
struct BrainVisionMarkers {
    struct Marker {
        let type: String
        let description: String
        /// The number of the sample, counted from 0.
        let position: Int
        /// Samples that it lasts.
        let length: Int
        /// Only of the markers that begin a segment.
        let date: BrainVisionDate?

        /// Type and description with a slash between them, as MNE names such events.
        var text: String { "\(type)/\(description)" }
        var startsSegment: Bool { type == "New Segment" }
    }

    private(set) var markers: [Marker] = []
    private(set) var brokenMarkers = 0

    init() {}

    init(_ text: BrainVisionText) {
        for entry in text.sections["marker infos"] ?? [] where entry.key.hasPrefix("mk") {
            let fields = brainVisionFields(entry.value)
            guard fields.count >= 3, let position = Int(fields[2]), position.magnitude < 1 << 48 else {
                brokenMarkers += 1
                continue
            }
            let length = fields.count > 3 && !fields[3].isEmpty ? Int(fields[3]) : 1
            guard let length, length >= 0, length < 1 << 48 else {
                brokenMarkers += 1
                continue
            }
            markers.append(
                Marker(
                    type: fields[0], description: fields[1], position: position - 1, length: length,
                    date: fields.count > 5 ? BrainVisionDate(fields[5]) : nil))
        }
    }

    /// The stretches between breaks: each marker `New Segment` behind the first one begins a new one. How long a break lasted is only known
    /// where both segments have a date.
    func segments(samplingRate: Double, sampleCount: Int) -> (segments: [Segment], hasUnknownGaps: Bool) {
        var segments: [Segment] = []
        var hasUnknownGaps = false
        let starts = markers.filter { $0.startsSegment && $0.position > 0 && $0.position < sampleCount }.sorted { $0.position < $1.position }
        let firstDate = markers.first { $0.startsSegment && $0.position <= 0 }?.date
        var (start, position) = (0.0, 0)
        for marker in starts where marker.position > position {
            let end = start + Double(marker.position - position) / samplingRate
            segments.append(segment(start, position, marker.position, samplingRate))
            if let firstDate, let date = marker.date {
                start = max(end, date.seconds(since: firstDate))
            } else {
                hasUnknownGaps = true
                start = end
            }
            position = marker.position
        }
        segments.append(segment(start, position, sampleCount, samplingRate))
        return (segments, hasUnknownGaps)
    }

    private func segment(_ start: Double, _ first: Int, _ end: Int, _ samplingRate: Double) -> Segment {
        Segment(start: start, storedStart: Double(first) / samplingRate, duration: Double(end - first) / samplingRate)
    }
}

/// A date and time to the microsecond, as 20 digits.
struct BrainVisionDate: Equatable {
    let start: StartTime
    let microseconds: Int

    /// - Returns: nil if the text is no date; some programs write zeros.
    init?(_ text: String) {
        let digits = text.utf8.prefix(20).compactMap { (48...57).contains($0) ? Int($0) - 48 : nil }
        guard digits.count == 20 else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { 10 * $0 + $1 } }
        guard
            let start = StartTime(
                year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10), minute: number(10..<12),
                second: number(12..<14))
        else { return nil }
        self.start = start
        microseconds = number(14..<20)
    }

    func seconds(since other: BrainVisionDate) -> Double {
        Double(start.secondsOfCalendar - other.start.secondsOfCalendar) + Double(microseconds - other.microseconds) / 1e6
    }
}

extension StartTime {
    /// Seconds from the first day of a year 0 of the Gregorian calendar.
    fileprivate var secondsOfCalendar: Int {
        // Years that begin in March have their leap day at the end.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }
}
