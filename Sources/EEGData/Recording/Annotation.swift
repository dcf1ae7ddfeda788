internal import Foundation

/// Something that happened during a recording.
public struct Annotation: Sendable, Hashable {
    /// Seconds from the first sample; may lie before it or behind the last one.
    public var onset: Double
    /// Seconds, nil where none is given; 0 is a duration too.
    public var duration: Double?
    public var text: String

    public init(onset: Double, duration: Double? = nil, text: String) {
        self.onset = onset
        self.duration = duration
        self.text = text
    }

    /// Seconds from the first sample to the end; the onset where there is no duration.
    public var end: Double { onset + (duration ?? 0) }
}

/// The clock time at which a recording started, without a time zone, as recorders write it.
public struct StartTime: Sendable, Hashable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int

    /// - Returns: nil if there is no such date or time.
    public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let isLeapYear = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...9999).contains(year), (1...12).contains(month), (1...days[month - 1]).contains(day) else { return nil }
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The time so many seconds later; within the years that there are.
    func advanced(by seconds: Int) -> StartTime {
        guard let date else { return self }
        let result = Self.calendar.dateComponents(
            [.era, .year, .month, .day, .hour, .minute, .second], from: date.addingTimeInterval(Double(seconds)))
        guard result.era == 1, let year = result.year, let month = result.month, let day = result.day, let hour = result.hour,
            let minute = result.minute, let second = result.second
        else { return self }
        return StartTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second) ?? self
    }

    /// Seconds from another time to this one; nil where the calendar has no such day.
    func seconds(since other: StartTime) -> Int? {
        guard let date, let earlier = other.date else { return nil }
        return Int(date.timeIntervalSince(earlier).rounded())
    }

    private var date: Date? {
        Self.calendar.date(from: DateComponents(year: year, month: month, day: day, hour: hour, minute: minute, second: second))
    }

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }
}
