internal import EEGTensor
internal import Foundation

/// A channel of a simulated recording.
public struct SimulatedChannel: Sendable, Hashable {
    public var label: String

    enum Sensor: Sendable, Hashable {
        case electrode(String, reference: String?)
        case chin, respiration(effort: Double), saturation, heart
    }

    let sensor: Sensor

    private init(_ label: String, _ sensor: Sensor) { (self.label, self.sensor) = (label, sensor) }

    /// An electrode of the 10-05 system against a point without potential.
    public static func electrode(_ name: String) -> SimulatedChannel { SimulatedChannel("EEG \(name)", .electrode(name, reference: nil)) }

    /// The difference of two electrodes, `F3-M2`. E1 and E2 are the electrodes beside the left and the right eye.
    public static func difference(_ name: String, _ reference: String) -> SimulatedChannel {
        SimulatedChannel("\(name)-\(reference)", .electrode(name, reference: reference))
    }

    /// The 19 electrodes of the 10-20 system.
    public static let system1020 = [
        "Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2",
    ].map(electrode)

    /// The 13 channels of the sleep recordings of the PhysioNet challenge of 2018, in their order.
    public static let polysomnography: [SimulatedChannel] = [
        .difference("F3", "M2"), .difference("F4", "M1"), .difference("C3", "M2"), .difference("C4", "M1"), .difference("O1", "M2"),
        .difference("O2", "M1"), .difference("E1", "M2"), SimulatedChannel("Chin1-Chin2", .chin),
        SimulatedChannel("ABD", .respiration(effort: 1)), SimulatedChannel("CHEST", .respiration(effort: 0.7)),
        SimulatedChannel("AIRFLOW", .respiration(effort: -1.2)), SimulatedChannel("SaO2", .saturation), SimulatedChannel("ECG", .heart),
    ]

    /// The channel as a recording has it.
    func channel(samplingRate: Double, sampleCount: Int) -> Channel {
        let (kind, unit, limit): (Channel.Kind?, PhysicalUnit, Double) =
            switch sensor {
            case .electrode(let name, _): (name.hasPrefix("E") ? .eog : .eeg, .microvolt, 3276.75)
            case .chin: (.emg, .microvolt, 3276.75)
            case .respiration: (.respiration, .microvolt, 3276.75)
            case .saturation: (.oxygenSaturation, PhysicalUnit("%"), 100)
            case .heart: (.ecg, .millivolt, 10)
            }
        return Channel(
            label: label, kind: kind, unit: unit, samplingRate: samplingRate, sampleCount: sampleCount,
            digitization: Digitization(physical: (-limit, limit), digital: (-32767, 32767)))
    }

    /// How much of a source reaches the channel.
    func gain(of source: SimulatedSource) -> Double {
        switch (sensor, source.origin) {
        case (.electrode(let name, let reference), _):
            source.potential(at: name) - (reference.map(source.potential) ?? 0)
        case (.chin, .chin): 1
        case (.respiration(let effort), .chest): effort
        case (.saturation, .blood): 1
        case (.heart, .heart): 1
        default: 0
        }
    }
}

/// Where the activity of a source comes from.
enum SourceOrigin: Sendable, Equatable {
    /// A place of the head and how far it reaches: the standard deviation, in degrees, of a bell around it.
    case scalp(String, spread: Double)
    /// Both eyes, turning to the side: positive on the right.
    case eyes
    /// The same at each electrode.
    case everywhere
    case chin, chest, blood, heart
}

extension SimulatedSource {
    /// The share of the source at an electrode.
    func potential(at electrode: String) -> Double {
        switch origin {
        case .scalp(let place, let spread):
            guard let center = ElectrodePositions.standard(place), let position = Self.position(electrode) else { return 0 }
            let angle = center.angle(to: position) / (spread * .pi / 180)
            return exp(-angle * angle / 2)
        case .eyes:
            guard let left = Self.position("E1"), let right = Self.position("E2"), let position = Self.position(electrode) else { return 0 }
            let (a, b) = (position.angle(to: left) / 0.5, position.angle(to: right) / 0.5)
            return exp(-b * b / 2) - exp(-a * a / 2)
        case .everywhere: return 1
        case .chin, .chest, .blood, .heart: return 0
        }
    }

    /// An electrode of the 10-05 system, or one beside an eye.
    static func position(_ electrode: String) -> ElectrodePositions.Position? {
        switch electrode {
        case "E1": ElectrodePositions.standard("AF9")
        case "E2": ElectrodePositions.standard("AF10")
        default: ElectrodePositions.standard(electrode)
        }
    }
}
