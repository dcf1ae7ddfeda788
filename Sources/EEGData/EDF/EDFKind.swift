/// The two formats of the family: EDF stores 16 bits a sample; BDF, made by BioSemi for recorders of a wider range, 24.
enum EDFKind: Sendable {
    case edf, bdf

    /// The name in messages, and that of the variants with annotations: `EDF+C`, `BDF+C`.
    var name: String { self == .edf ? "EDF" : "BDF" }
    /// The first eight bytes of a file.
    var version: [UInt8] { self == .edf ? Array("0       ".utf8) : [0xFF] + Array("BIOSEMI".utf8) }
    /// The label of the signals that hold annotations.
    var annotationLabel: String { "\(name) Annotations" }
    var bytesPerSample: Int { self == .edf ? 2 : 3 }
    /// The integers that a sample can be.
    var digitalRange: ClosedRange<Int> { self == .edf ? -32768...32767 : -8_388_608...8_388_607 }
}
