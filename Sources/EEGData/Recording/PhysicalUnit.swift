/// A physical dimension as files spell it, with what is needed to convert voltages and magnetic fields.
public struct PhysicalUnit: Sendable, Hashable, CustomStringConvertible {
    /// The spelling, with both micro signs written as `u`: `uV`, `DegC`, `%`, or empty.
    public let symbol: String

    public init(_ symbol: String) {
        self.symbol = symbol.replacing("\u{B5}", with: "u").replacing("\u{3BC}", with: "u")
    }

    /// Volts in one unit, or nil for what is not a voltage.
    public var volts: Double? {
        switch symbol {
        case "V": 1
        case "mV": 1e-3
        case "uV": 1e-6
        case "nV": 1e-9
        default: nil
        }
    }

    /// Teslas in one unit, or nil for what is not a magnetic field.
    public var teslas: Double? {
        switch symbol {
        case "T": 1
        case "uT": 1e-6
        case "nT": 1e-9
        case "pT": 1e-12
        case "fT": 1e-15
        default: nil
        }
    }

    /// Teslas per metre in one unit, or nil for what is not the gradient of a magnetic field.
    public var teslasPerMetre: Double? {
        switch symbol {
        case "T/m": 1
        case "pT/m": 1e-12
        case "fT/m": 1e-15
        case "fT/cm": 1e-13
        case "fT/mm": 1e-12
        default: nil
        }
    }

    /// What windows hold quantities of this dimension in: microvolts, teslas, teslas per metre; other quantities in their own unit.
    public var standard: PhysicalUnit {
        if volts != nil { return .microvolt }
        if teslas != nil { return .tesla }
        return teslasPerMetre != nil ? .teslaPerMetre : self
    }

    /// The factor that turns values in this unit into values in `other`, or nil where they measure different things.
    public func factor(to other: PhysicalUnit) -> Double? {
        if self == other { return 1 }
        // Quotients of powers of ten: rounded once, so that 1e-6 / 1e-9 is 1000.
        if let from = volts, let to = other.volts { return from / to }
        if let from = teslas, let to = other.teslas { return from / to }
        if let from = teslasPerMetre, let to = other.teslasPerMetre { return from / to }
        return nil
    }

    public var description: String { symbol == "uV" ? "µV" : symbol }

    public static let microvolt = PhysicalUnit("uV")
    public static let millivolt = PhysicalUnit("mV")
    public static let volt = PhysicalUnit("V")
    public static let tesla = PhysicalUnit("T")
    public static let femtotesla = PhysicalUnit("fT")
    public static let teslaPerMetre = PhysicalUnit("T/m")
}
