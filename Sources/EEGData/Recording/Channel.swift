/// One signal of a recording.
public struct Channel: Sendable, Equatable {
    /// What a channel measures.
    public enum Kind: String, Sendable, CaseIterable {
        case eeg, eog, ecg, emg, meg, respiration, temperature, stimulus, other
    }

    /// The label as the file has it, such as `EEG Fpz-Cz`.
    public var label: String
    public var kind: Kind
    public var unit: PhysicalUnit
    /// Samples a second.
    public var samplingRate: Double
    public var sampleCount: Int
    /// How stored integers and physical values correspond; nil where samples are not stored as integers.
    public var digitization: Digitization?
    /// The kind of sensor, such as `AgAgCl electrode`.
    public var transducer: String
    /// Filters applied before storage, such as `HP:0.1Hz LP:75Hz`.
    public var prefiltering: String
    /// Where the sensor sits, where the file tells: to the right, to the front and up from the middle of the head, in the unit of the file, which
    /// is the millimetre for most.
    public var position: SIMD3<Double>?

    public init(
        label: String, kind: Kind? = nil, unit: PhysicalUnit = .microvolt, samplingRate: Double, sampleCount: Int,
        digitization: Digitization? = nil, transducer: String = "", prefiltering: String = ""
    ) {
        self.label = label
        self.kind = kind ?? Kind(label: label)
        self.unit = unit
        self.samplingRate = samplingRate
        self.sampleCount = sampleCount
        self.digitization = digitization
        self.transducer = transducer
        self.prefiltering = prefiltering
    }

    /// The label without the type of signal in front: `Fpz-Cz` of `EEG Fpz-Cz`.
    public var name: String {
        let parts = label.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, Kind(prefix: parts[0]) != nil else { return label }
        return String(parts[1])
    }

    /// The length of the signal in seconds.
    public var duration: Double { samplingRate > 0 ? Double(sampleCount) / samplingRate : 0 }
}

extension Channel.Kind {
    /// The kind that a label tells: by the type of signal in front, as in EDF+ (`EOG left`), else by the name of an electrode of the
    /// international 10-10 system (`Fz`, `T8-P8`).
    public init(label: String) {
        let words = label.split(separator: " ")
        if let first = words.first, let kind = Self(prefix: first) {
            self = kind
            return
        }
        let electrode = #/(?i)(?:Fp|AF|F|FC|FT|C|T|TP|CP|P|PO|O|I|N)(?:z|[0-9]{1,2})(?:-[A-Z]{1,3}[0-9z]{0,2})?/#
        self = label.wholeMatch(of: electrode) == nil ? .other : .eeg
    }

    fileprivate init?(prefix: some StringProtocol) {
        switch prefix.lowercased() {
        case "eeg", "seeg", "ecog": self = .eeg
        case "eog": self = .eog
        case "ecg", "ekg": self = .ecg
        case "emg": self = .emg
        case "meg": self = .meg
        case "resp", "respiration": self = .respiration
        case "temp": self = .temperature
        case "status", "event", "stim", "trigger": self = .stimulus
        default: return nil
        }
    }
}

/// A physical dimension as files spell it, with what is needed to convert voltages.
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

    public var description: String { symbol == "uV" ? "µV" : symbol }

    public static let microvolt = PhysicalUnit("uV")
    public static let millivolt = PhysicalUnit("mV")
    public static let volt = PhysicalUnit("V")
}

/// How stored integers and physical values correspond: two points of a straight line.
///
/// `physical = (digital − digitalMinimum) (physicalMaximum − physicalMinimum) / (digitalMaximum − digitalMinimum) + physicalMinimum`
public struct Digitization: Sendable, Equatable {
    public var physicalMinimum: Double
    /// May be below the minimum: the polarity is inverted then.
    public var physicalMaximum: Double
    public var digitalMinimum: Int
    public var digitalMaximum: Int

    public init(physical: (minimum: Double, maximum: Double), digital: (minimum: Int, maximum: Int) = (-32768, 32767)) {
        physicalMinimum = physical.minimum
        physicalMaximum = physical.maximum
        digitalMinimum = digital.minimum
        digitalMaximum = digital.maximum
    }

    /// Whether physical values follow from stored ones: the digital range is not empty or inverted, all numbers are finite.
    public var isDefined: Bool { digitalMinimum < digitalMaximum && physicalMinimum.isFinite && physicalMaximum.isFinite }

    /// Physical units in one step of the stored integers.
    public var step: Double { (physicalMaximum - physicalMinimum) / Double(digitalMaximum - digitalMinimum) }

    /// The physical value of a stored one.
    public func physical(_ digital: Int) -> Double {
        Double(digital - digitalMinimum) * (physicalMaximum - physicalMinimum) / Double(digitalMaximum - digitalMinimum) + physicalMinimum
    }

    /// The stored value next to a physical one, within the digital range. A constant range stores its minimum, NaN too.
    public func digital(_ physical: Double) -> Int {
        let position = (physical - physicalMinimum) / step
        guard !position.isNaN else { return digitalMinimum }
        let span = Double(digitalMaximum - digitalMinimum)
        return digitalMinimum + Int(max(0, min(span, position)).rounded())
    }
}
