/// One signal of a recording.
public struct Channel: Sendable, Equatable {
    /// What a channel measures.
    public enum Kind: String, Sendable, CaseIterable {
        case eeg, eog, ecg, emg
        /// A sensor of the magnetic field of the brain: `meg` where the file does not tell which.
        case meg, magnetometer, gradiometer
        /// A sensor away from the head, for the field of the surroundings.
        case referenceMEG
        case respiration, temperature, oxygenSaturation
        /// Codes of events as a signal.
        case stimulus
        case other
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

    /// The standard name of the electrode, or of the two electrodes between which was measured: `T7` of `EEG T3-REF`; nil where the label
    /// names none.
    public var electrode: String? { ElectrodeName.standard(label) }

    /// The length of the signal in seconds.
    public var duration: Double { samplingRate > 0 ? Double(sampleCount) / samplingRate : 0 }
}

extension Channel.Kind {
    /// The kind that a label tells: by the type of signal in front, as in EDF+ (`EOG left`), else by the name of an electrode of the 10-05
    /// system (`Fz`, `T8-P8`, `Fp1-REF`), else by the names that sleep laboratories use (`E1-M2`, `Chin1-Chin2`, `ABD`).
    public init(label: String) {
        let words = label.split(separator: " ")
        if let first = words.first, let kind = Self(prefix: first) {
            self = kind
        } else if ElectrodeName.standard(label) != nil {
            self = .eeg
        } else {
            self = Self(sensor: label) ?? .other
        }
    }

    private init?(sensor label: String) {
        switch label.lowercased().split(separator: "-").first {
        case "e1", "e2", "loc", "roc", "veog", "heog": self = .eog
        case "chin", "chin1", "chin2", "chin3": self = .emg
        case "abd", "abdomen", "chest", "thorax", "airflow": self = .respiration
        default: return nil
        }
    }

    fileprivate init?(prefix: some StringProtocol) {
        switch prefix.lowercased() {
        case "eeg", "seeg", "ecog": self = .eeg
        case "eog": self = .eog
        case "ecg", "ekg": self = .ecg
        case "emg": self = .emg
        case "meg": self = .meg
        case "mag": self = .magnetometer
        case "grad": self = .gradiometer
        case "sao2", "spo2": self = .oxygenSaturation
        case "resp", "respiration": self = .respiration
        case "temp": self = .temperature
        case "status", "event", "stim", "trigger": self = .stimulus
        default: return nil
        }
    }
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
    /// The stored integer that stands for a missing sample, which has no physical value; nil where there is none.
    public var missing: Int?

    public init(
        physical: (minimum: Double, maximum: Double), digital: (minimum: Int, maximum: Int) = (-32768, 32767), missing: Int? = nil
    ) {
        physicalMinimum = physical.minimum
        physicalMaximum = physical.maximum
        digitalMinimum = digital.minimum
        digitalMaximum = digital.maximum
        self.missing = missing
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
