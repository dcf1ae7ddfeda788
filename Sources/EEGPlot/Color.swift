/// An opaque sRGB colour.
public struct Color: Sendable, Hashable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour written as `0xRRGGBB`.
    init(_ code: UInt32) {
        self.init(red: UInt8((code >> 16) & 255), green: UInt8((code >> 8) & 255), blue: UInt8(code & 255))
    }

    /// `#rrggbb`.
    public var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The colour `fraction` (0...1) of the way to `other`.
    public func mixed(with other: Color, _ fraction: Double) -> Color {
        let part = fraction.isFinite ? max(0, min(1, fraction)) : 0
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 { UInt8((Double(from) + (Double(to) - Double(from)) * part).rounded()) }
        return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// Relative luminance by eye, 0 for black and 1 for white; tells whether dark or light text is readable on the colour.
    var luminance: Double { (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255 }

    public static let white = Color(0xFFFFFF)
    public static let text = Color(0x1F2933)
    public static let mutedText = Color(0x5F6B76)
    public static let grid = Color(0xE4E8EC)
    public static let frame = Color(0x9AA5B1)

    /// Colours for categories, in the order to use them: distinguishable with every common form of colour blindness
    /// (M. Okabe and K. Ito, "Color Universal Design", 2008), the yellow left out for its contrast on white.
    public static let categories = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x4D4D4D].map { Color($0) }

    /// The category colour of an index, repeating.
    public static func category(_ index: Int) -> Color {
        categories[((index % categories.count) + categories.count) % categories.count]
    }
}

/// A mapping of 0...1 to colours, by linear steps between given ones.
public struct ColorScale: Sendable {
    public let stops: [Color]

    /// - Parameter stops: at least one colour, evenly spaced from 0 to 1. With none the scale is white.
    public init(_ stops: [Color]) {
        self.stops = stops.isEmpty ? [.white] : stops
    }

    public func color(at fraction: Double) -> Color {
        guard fraction.isFinite else { return .grid }
        let position = max(0, min(1, fraction)) * Double(stops.count - 1)
        let lower = min(Int(position), stops.count - 1)
        let upper = min(lower + 1, stops.count - 1)
        return stops[lower].mixed(with: stops[upper], position - Double(lower))
    }

    /// White to dark blue, for shares and counts.
    public static let blues = ColorScale([0xF7FBFF, 0xD2E3F3, 0x9AC8E0, 0x529DCC, 0x1D6CB1, 0x08306B].map { Color($0) })
    /// Blue over white to red, for signed values around 0.
    public static let diverging = ColorScale([0x2166AC, 0x92C5DE, 0xF7F7F7, 0xF4A582, 0xB2182B].map { Color($0) })
}
