/// What a BrainVision header file (`.vhdr`) says.
///
/// Brain Products, "BrainVision Core Data Format", version 1.0 and 2.0.
struct BrainVisionHeader {
    enum Orientation {
        /// All channels of one point of time, then those of the next.
        case multiplexed
        /// All samples of one channel, then those of the next.
        case vectorized
    }

    enum BinaryFormat {
        case int16, float32

        var bytesPerSample: Int { self == .int16 ? 2 : 4 }
    }

    struct Signal {
        let name: String
        /// Units in one step of the stored numbers.
        let resolution: Double
        let unit: PhysicalUnit
    }

    let dataFile: String
    let markerFile: String?
    let orientation: Orientation
    let format: BinaryFormat
    let samplingRate: Double
    /// Samples of each channel, where the header tells.
    let sampleCount: Int?
    let signals: [Signal]

    init(_ text: BrainVisionText, baseName: String) throws(EEGDataError) {
        let common = "Common Infos"
        func fileName(_ name: String) -> String { name.replacing("$b", with: baseName) }
        dataFile = fileName(try text.required("DataFile", in: common))
        markerFile = text.value("MarkerFile", in: common).map(fileName)
        func option<Value>(_ key: String, in section: String, _ known: [String: Value], default absent: Value?) throws(EEGDataError) -> Value {
            if let absent, text.value(key, in: section) == nil { return absent }
            let found = try text.required(key, in: section)
            guard let value = known[found.uppercased()] else {
                throw .unsupported(file: text.file, format: "BrainVision", feature: "\(key)=\(found)")
            }
            return value
        }
        _ = try option("DataFormat", in: common, ["BINARY": ()], default: ())
        _ = try option("DataType", in: common, ["TIMEDOMAIN": ()], default: ())
        orientation = try option("DataOrientation", in: common, ["MULTIPLEXED": .multiplexed, "VECTORIZED": .vectorized], default: nil)
        format = try option("BinaryFormat", in: "Binary Infos", ["INT_16": .int16, "IEEE_FLOAT_32": .float32], default: nil)
        _ = try option("UseBigEndianOrder", in: "Binary Infos", ["NO": ()], default: ())

        let interval = try text.required("SamplingInterval", in: common)
        guard let microseconds = decimalNumber(interval), microseconds > 0, (1e6 / microseconds).isFinite, 1e6 / microseconds > 0 else {
            throw text.malformed("SamplingInterval", expected: "microseconds, more than 0", found: describe(interval.utf8))
        }
        samplingRate = 1e6 / microseconds
        if let points = text.value("DataPoints", in: common) {
            guard let count = Int(points), count >= 0 else {
                throw text.malformed("DataPoints", expected: "a number of samples", found: describe(points.utf8))
            }
            sampleCount = count
        } else {
            sampleCount = nil
        }
        signals = try Self.signals(text)
    }

    private static func signals(_ text: BrainVisionText) throws(EEGDataError) -> [Signal] {
        let stated = try text.required("NumberOfChannels", in: "Common Infos")
        let entries = text.sections["channel infos"] ?? []
        guard let count = Int(stated), count > 0, count <= entries.count else {
            throw text.malformed(
                "NumberOfChannels", expected: "1 to \(entries.count), for which [Channel Infos] has entries", found: describe(stated.utf8))
        }
        var values: [String: String] = [:]
        for entry in entries { values[entry.key] = entry.value }
        var signals: [Signal] = []
        for number in 1...count {
            guard let value = values["ch\(number)"] else {
                throw text.malformed("Ch\(number) in [Channel Infos]", expected: "an entry", found: "none")
            }
            let fields = brainVisionFields(value).map { field in
                String(field.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            }
            let resolution = fields.count > 2 && !fields[2].isEmpty ? decimalNumber(fields[2]) : 1
            guard let resolution else {
                throw text.malformed("resolution of Ch\(number)", expected: "a number", found: describe(fields[2].utf8))
            }
            let unit = fields.count > 3 && !fields[3].isEmpty ? PhysicalUnit(fields[3]) : .microvolt
            signals.append(Signal(name: fields[0], resolution: resolution, unit: unit))
        }
        return signals
    }
}
