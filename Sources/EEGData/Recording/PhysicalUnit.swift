/// A physical dimension as files spell it, with what is needed to convert voltages and magnetic fields.
public struct PhysicalUnit: Sendable, Hashable, CustomStringConvertible {
    /// The spelling, with both micro signs written as `u`: `uV`, `DegC`, `%`, or empty.
    public let symbol: String

    public init(_ symbol: String) {
        self.symbol = symbol.replacing("\u{B5}", with: "u").replacing("\u{3BC}", with: "u")
    }

    private enum Dimension { case voltage, magneticField, magneticGradient }

    /// What the unit measures, and the power of ten that it is of volts, teslas or teslas per metre; nil for other quantities.
    private var meaning: (dimension: Dimension, exponent: Int)? {
        switch symbol {
        case "V": (.voltage, 0)
        case "mV": (.voltage, -3)
        case "uV": (.voltage, -6)
        case "nV": (.voltage, -9)
        case "T": (.magneticField, 0)
        case "uT": (.magneticField, -6)
        case "nT": (.magneticField, -9)
        case "pT": (.magneticField, -12)
        case "fT": (.magneticField, -15)
        case "T/m": (.magneticGradient, 0)
        case "pT/m", "fT/mm": (.magneticGradient, -12)
        case "fT/cm": (.magneticGradient, -13)
        case "fT/m": (.magneticGradient, -15)
        default: nil
        }
    }

    /// Volts in one unit, or nil for what is not a voltage.
    public var volts: Double? { factor(to: .volt) }

    /// What windows hold quantities of this dimension in: microvolts, teslas, teslas per metre; other quantities in their own unit.
    public var standard: PhysicalUnit {
        switch meaning?.dimension {
        case .voltage: .microvolt
        case .magneticField: .tesla
        case .magneticGradient: .teslaPerMetre
        case nil: self
        }
    }

    /// The factor that turns values in this unit into values in `other`, or nil where they measure different things.
    public func factor(to other: PhysicalUnit) -> Double? {
        if self == other { return 1 }
        guard let from = meaning, let to = other.meaning, from.dimension == to.dimension else { return nil }
        // Powers of ten up to 15 are exact, so the factor is rounded once at most.
        let power = (0..<abs(from.exponent - to.exponent)).reduce(1.0) { product, _ in 10 * product }
        return from.exponent >= to.exponent ? power : 1 / power
    }

    public var description: String { symbol == "uV" ? "µV" : symbol }

    public static let microvolt = PhysicalUnit("uV")
    public static let millivolt = PhysicalUnit("mV")
    public static let volt = PhysicalUnit("V")
    public static let tesla = PhysicalUnit("T")
    public static let femtotesla = PhysicalUnit("fT")
    public static let teslaPerMetre = PhysicalUnit("T/m")
}
