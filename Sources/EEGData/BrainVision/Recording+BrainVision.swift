/// BrainVision, by the first line of its header file; the data and marker files that this names lie beside it.
enum BrainVisionFormat: RecordingFormat {
    static let name = "BrainVision"
    private static let largestText = 1 << 26

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool {
        BrainVisionText.recognizes(beginning, title: BrainVisionText.headerTitle)
    }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        let text = try Self.text(of: file, title: BrainVisionText.headerTitle, limits: options.limits)
        let header = try BrainVisionHeader(text, baseName: file.baseName)
        var notes: [String] = []
        let markers = try Self.markers(header, beside: file, limits: options.limits, notes: &notes)

        let source: any SignalSource
        let sampleCount: Int
        do {
            let data = try RandomAccessFile(path: file.sibling(header.dataFile))
            sampleCount = try Self.sampleCount(of: header, in: data, isStrict: options.isStrict, notes: &notes)
            source = BrainVisionSource(file: data, header: header, sampleCount: sampleCount, limits: options.limits)
        } catch {
            guard case .fileSystem(let path, _, let reason) = error else { throw error }
            notes.append("the data file \(path) could not be opened (\(reason)): there are no samples")
            source = MissingDataFile(
                error: .fileSystem(file: path, operation: "opening the data file that \(file.path) names", reason: reason))
            sampleCount = 0
        }

        let channels = header.signals.map { signal in
            let range = EDFKind.edf.digitalRange
            let digitization = Digitization(
                physical: (Double(range.lowerBound) * signal.resolution, Double(range.upperBound) * signal.resolution),
                digital: (range.lowerBound, range.upperBound))
            return Channel(
                label: signal.name, unit: signal.unit, samplingRate: header.samplingRate, sampleCount: sampleCount,
                digitization: header.format == .int16 ? digitization : nil)
        }
        let (segments, hasUnknownGaps) = markers.segments(samplingRate: header.samplingRate, sampleCount: sampleCount)
        if hasUnknownGaps { notes.append("segments begin without a date: how long the breaks before them lasted is not known") }
        let date = markers.markers.first { $0.startsSegment }?.date
        return Recording(
            channels: channels, source: source, start: date?.start, startOffset: Double(date?.microseconds ?? 0) / 1e6,
            annotations: Self.annotations(markers, segments: segments, samplingRate: header.samplingRate), segments: segments, notes: notes)
    }

    private static func text(of file: RandomAccessFile, title: String, limits: ReadLimits) throws(EEGDataError) -> BrainVisionText {
        guard file.size <= min(largestText, limits.decodedBytes) else {
            throw .unsupported(file: file.path, format: name, feature: "a text file of \(file.size) bytes")
        }
        return try BrainVisionText(try file.bytes(at: 0, count: file.size), file: file.path, title: title)
    }

    private static func markers(
        _ header: BrainVisionHeader, beside file: RandomAccessFile, limits: ReadLimits, notes: inout [String]
    ) throws(EEGDataError) -> BrainVisionMarkers {
        guard let name = header.markerFile else { return BrainVisionMarkers() }
        let markerFile: RandomAccessFile
        do {
            markerFile = try RandomAccessFile(path: file.sibling(name))
        } catch {
            notes.append("the marker file could not be opened: \(error)")
            return BrainVisionMarkers()
        }
        let markers = BrainVisionMarkers(try text(of: markerFile, title: "Data Exchange Marker File", limits: limits))
        if markers.brokenMarkers > 0 { notes.append("\(markers.brokenMarkers) broken markers were left out") }
        return markers
    }

    /// Samples of each channel in the data file.
    private static func sampleCount(
        of header: BrainVisionHeader, in file: RandomAccessFile, isStrict: Bool, notes: inout [String]
    ) throws(EEGDataError) -> Int {
        let (count, remainder) = file.size.quotientAndRemainder(dividingBy: header.signals.count * header.format.bytesPerSample)
        if remainder > 0 { notes.append("\(remainder) bytes of \(file.path) behind the last complete sample were ignored") }
        if let declared = header.sampleCount, declared != count {
            guard declared < count || !isStrict else {
                throw .malformed(
                    file: file.path, format: name, offset: nil, field: "samples of each channel", expected: "\(declared)", found: "\(count)")
            }
            notes.append("the header declares \(declared) samples of each channel; \(file.path) holds \(count)")
        }
        return count
    }

    /// The markers but for the one that begins the recording.
    private static func annotations(_ markers: BrainVisionMarkers, segments: [Segment], samplingRate: Double) -> [Annotation] {
        markers.markers.filter { !($0.startsSegment && $0.position <= 0) }.map { marker in
            let stored = Double(marker.position) / samplingRate
            // The last segment that begins at or before the marker, by bisection: every marker may begin one.
            var (low, high) = (0, segments.count)
            while low < high {
                let middle = (low + high) / 2
                if segments[middle].storedStart <= stored + 0.5 / samplingRate { low = middle + 1 } else { high = middle }
            }
            let gaps = low > 0 ? segments[low - 1].start - segments[low - 1].storedStart : 0
            return Annotation(onset: stored + gaps, duration: Double(marker.length) / samplingRate, text: marker.text)
        }
    }
}

extension RandomAccessFile {
    /// The name without its suffix.
    fileprivate var baseName: String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name }
}
