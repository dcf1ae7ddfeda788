/// What is known about the MEG recordings of a patient besides the signals: the attributes of the schema `meg-spikes-raw`.
public struct MEGSpikeHeader: Sendable, Equatable {
    /// The number of the patient.
    public var patient: Int
    /// Samples a second.
    public var samplingRate: Double
    /// The edges of the band-pass in hertz; NaN where they are not known.
    public var highpass: Double
    public var lowpass: Double
    /// Names of the sensors, such as `MLC11`, in the order of the signals.
    public var channelNames: [String]
    /// For each sensor x, y and z in metres in the frame of the device; NaN where they are not known.
    public var positions: [[Double]]
    /// The program that wrote the file.
    public var createdBy: String
    /// The SHA-256 of the file that the recordings come from, in hexadecimal digits; empty where there is none.
    public var sourceSHA256: String

    public init(
        patient: Int, samplingRate: Double = 150, highpass: Double = .nan, lowpass: Double = .nan, channelNames: [String],
        positions: [[Double]]? = nil, createdBy: String = "swift-eeg", sourceSHA256: String = ""
    ) {
        self.patient = patient
        self.samplingRate = samplingRate
        self.highpass = highpass
        self.lowpass = lowpass
        self.channelNames = channelNames
        self.positions = positions ?? channelNames.map { _ in [.nan, .nan, .nan] }
        self.createdBy = createdBy
        self.sourceSHA256 = sourceSHA256
    }
}

/// A stretch of MEG without a break, with the spikes that experts marked.
public struct MEGSpikeBlock: Sendable, Equatable {
    /// The place among the patient's recordings; never renumbered.
    public var index: Int
    /// The name of the CTF data set.
    public var file: String
    /// Whether the block was annotated a second time.
    public var isReannotated: Bool
    public var sampleCount: Int
    /// Spikes of the first annotation, in samples from the start of the block, rising.
    public var events: [Int]
    /// Spikes of the second annotation.
    public var reannotatedEvents: [Int]

    public init(index: Int, file: String, isReannotated: Bool, sampleCount: Int, events: [Int], reannotatedEvents: [Int]) {
        self.index = index
        self.file = file
        self.isReannotated = isReannotated
        self.sampleCount = sampleCount
        self.events = events
        self.reannotatedEvents = reannotatedEvents
    }

    /// The spikes to use: those of the second annotation where there was one, else those of the first.
    public var spikes: [Int] { isReannotated || !reannotatedEvents.isEmpty ? reannotatedEvents : events }
}

/// The MEG recordings of one patient in an HDF5 file of the schema `meg-spikes-raw`, version 1.
///
/// ```swift
/// let recording = try MEGSpikeRecording(contentsOf: "data_raw_001.h5")
/// let twoSeconds = try recording.samples(ofBlock: 0, in: 0..<300)
/// ```
public struct MEGSpikeRecording: Sendable {
    static let format = "meg-spikes-raw"
    public let header: MEGSpikeHeader
    public let blocks: [MEGSpikeBlock]
    /// For each block its samples, `[channel, time]`.
    let signals: [HDF5Dataset]
    private let path: String

    /// Opens a file and checks everything but the samples, which are checked as they are read.
    ///
    /// - Throws: `EEGDataError` that names the field, and the place in it, that breaks the schema.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        try self.init(HDF5File(contentsOf: path, limits: limits))
    }

    init(_ file: HDF5File) throws(EEGDataError) {
        let path = file.path
        let root = try file.root
        func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
            .malformed(file: path, format: Self.format, offset: nil, field: field, expected: expected, found: found)
        }
        func attribute<Value>(_ name: String, of attributes: [HDF5Attribute], at place: String, _ kind: String, _ value: (HDF5Attribute) -> Value?)
            throws(EEGDataError) -> Value
        {
            let attribute = attributes.first { $0.name == name }
            guard let value = attribute.flatMap(value) else {
                throw malformed("\(place) attribute \(name)", expected: kind, found: attribute.map { "\($0.elementType) \($0.shape)" } ?? "none")
            }
            return value
        }
        let format = try attribute("format", of: root.attributes, at: "/", "a text") { $0.string }
        guard format == Self.format else { throw malformed("/ attribute format", expected: Self.format, found: format) }
        let version = try attribute("version", of: root.attributes, at: "/", "an integer") { $0.integer }
        guard version == 1 else {
            throw .unsupported(file: path, format: Self.format, feature: "version \(version)")
        }
        let unit = try attribute("units", of: root.attributes, at: "/", "a text") { $0.string }
        guard unit == "T" else { throw malformed("/ attribute units", expected: "T", found: unit) }
        let channelCount = try attribute("n_channels", of: root.attributes, at: "/", "an integer") { $0.integer }
        let samplingRate = try attribute("sfreq", of: root.attributes, at: "/", "a number") { $0.double }
        guard samplingRate > 0, samplingRate.isFinite else {
            throw malformed("/ attribute sfreq", expected: "a positive number", found: "\(samplingRate)")
        }
        let names = try file.dataset("/channels/name").strings()
        let positions = try file.dataset("/channels/position")
        guard names.count == channelCount else { throw malformed("/channels/name", expected: "\(channelCount) names", found: "\(names.count)") }
        guard positions.shape == [channelCount, 3] else {
            throw malformed("/channels/position", expected: "the shape [\(channelCount), 3]", found: "\(positions.shape)")
        }
        let coordinates = try positions.doubles()
        header = MEGSpikeHeader(
            patient: try attribute("patient", of: root.attributes, at: "/", "an integer") { $0.integer }, samplingRate: samplingRate,
            highpass: try attribute("highpass", of: root.attributes, at: "/", "a number") { $0.double },
            lowpass: try attribute("lowpass", of: root.attributes, at: "/", "a number") { $0.double }, channelNames: names,
            positions: (0..<channelCount).map { Array(coordinates[(3 * $0)..<(3 * $0 + 3)]) },
            createdBy: root.attribute("created_by")?.string ?? "", sourceSHA256: root.attribute("source_sha256")?.string ?? "")

        var blocks: [MEGSpikeBlock] = []
        var signals: [HDF5Dataset] = []
        let group = try file.group("/blocks")
        for name in try group.names {
            let place = "/blocks/\(name)"
            let block = try group.group(name)
            let signal = try block.dataset("meg")
            guard signal.shape.count == 2, signal.shape[0] == channelCount, signal.elementType == .float(bytes: 4) else {
                throw malformed("\(place)/meg", expected: "float32 [\(channelCount), samples]", found: "\(signal.elementType) \(signal.shape)")
            }
            let count = try attribute("n_samples", of: block.attributes, at: place, "an integer") { $0.integer }
            guard count == signal.shape[1] else { throw malformed("\(place) attribute n_samples", expected: "\(signal.shape[1])", found: "\(count)") }
            func events(_ name: String) throws(EEGDataError) -> [Int] {
                let events = try block.dataset(name).integers()
                for (index, event) in events.enumerated() {
                    guard (0..<count).contains(event), index == 0 || event > events[index - 1] else {
                        throw malformed("\(place)/\(name)[\(index)]", expected: "rising samples in 0..<\(count)", found: "\(event)")
                    }
                }
                return events
            }
            let index = try attribute("index", of: block.attributes, at: place, "an integer") { $0.integer }
            guard !blocks.contains(where: { $0.index == index }) else {
                throw malformed("\(place) attribute index", expected: "each once", found: "\(index)")
            }
            blocks.append(
                MEGSpikeBlock(
                    index: index, file: try attribute("file", of: block.attributes, at: place, "a text") { $0.string },
                    isReannotated: try attribute("is_reannotated", of: block.attributes, at: place, "0 or 1") { $0.integer } != 0,
                    sampleCount: count, events: try events("events"), reannotatedEvents: try events("reannot")))
            signals.append(signal)
        }
        self.blocks = blocks
        self.signals = signals
        self.path = path
    }

    /// The signals of a block in tesla, `[channel, time]` in row-major order.
    ///
    /// - Parameters:
    ///   - block: the place in `blocks`.
    ///   - range: samples; the whole block by default.
    /// - Throws: also where a sample is not a finite number.
    public func samples(ofBlock block: Int, in range: Range<Int>? = nil) throws(EEGDataError) -> [Float] {
        guard blocks.indices.contains(block) else {
            throw .invalidArgument(name: "block", expected: "0 to \(blocks.count - 1)", found: "\(block)")
        }
        let range = range ?? 0..<blocks[block].sampleCount
        let values = try signals[block].floats(in: [0..<header.channelNames.count, range])
        // A product with 0 is NaN for infinities and NaN only: one pass that the compiler vectorises.
        let check = values.reduce(Float(0)) { $0 + $1 * 0 }
        if check.isNaN, let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(
                what: "\(path): \(signals[block].path)", channel: header.channelNames[place / range.count],
                time: Double(range.lowerBound + place % range.count) / header.samplingRate)
        }
        return values
    }
}
