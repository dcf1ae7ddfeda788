/// EDF and EDF+, by the eight bytes of their version field.
enum EDFFormat: RecordingFormat {
    static let name = "EDF"

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool { beginning.starts(with: EDFFields.version) }

    static func open(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) -> Recording { try Recording(edf: file) }
}

extension Recording {
    init(edf file: RandomAccessFile) throws(EEGDataError) {
        let header = try EDFHeader(of: file)
        var notes = header.notes
        var layouts: [EDFSource.Layout] = []
        var offset = 0
        for signal in header.signals {
            layouts.append(EDFSource.Layout(offset: offset, samplesPerRecord: signal.samplesPerRecord, digitization: signal.digitization))
            offset += 2 * signal.samplesPerRecord
        }

        var annotationSignals = header.signals.indices.filter { header.signals[$0].label == EDFHeader.annotationLabel }
        var contents = try Self.annotations(of: file, header: header, layouts: annotationSignals.map { layouts[$0] })
        if header.variant == .edf, contents.brokenLists > 0 || contents.recordOnsets.contains(nil) {
            // A plain EDF file may have an ordinary signal of that name.
            annotationSignals = []
            contents = EDFAnnotations()
        }
        if contents.brokenLists > 0 { notes.append("\(contents.brokenLists) broken annotation lists were left out") }
        if header.variant != .edf, annotationSignals.isEmpty { notes.append("the header says EDF+ but there is no annotation signal") }

        let signalIndices = header.signals.indices.filter { !annotationSignals.contains($0) && header.signals[$0].samplesPerRecord > 0 }
        for index in header.signals.indices where header.signals[index].samplesPerRecord == 0 {
            notes.append("signal \(header.signals[index].label) has no samples")
        }
        guard header.recordDuration > 0 || signalIndices.isEmpty else {
            throw .malformed(
                file: file.path, format: "EDF", offset: 244, field: "duration of a data record",
                expected: "more than 0 for signals with samples",
                found: "\(header.recordDuration)")
        }
        try Self.checkContinuity(of: contents, header: header, signals: signalIndices, file: file, notes: &notes)

        var channels: [Channel] = []
        for index in signalIndices {
            let signal = header.signals[index]
            if !signal.digitization.isDefined {
                notes.append("\(signal.label): the digital range is empty, physical values are not defined")
            }
            if signal.digitization.physicalMinimum == signal.digitization.physicalMaximum {
                notes.append("\(signal.label): the physical range is a single value")
            }
            channels.append(
                Channel(
                    label: signal.label, unit: PhysicalUnit(signal.unit),
                    samplingRate: Double(signal.samplesPerRecord) / header.recordDuration,
                    sampleCount: signal.samplesPerRecord * header.recordCount, digitization: signal.digitization,
                    transducer: signal.transducer, prefiltering: signal.prefiltering))
        }
        let startOffset = contents.startOffset
        let annotations = contents.annotations.map { Annotation(onset: $0.onset - startOffset, duration: $0.duration, text: $0.text) }
        self.init(
            channels: channels,
            source: EDFSource(file: file, headerSize: header.size, recordSize: header.recordSize, signals: layouts),
            sourceChannels: signalIndices, start: header.start, startOffset: startOffset, annotations: annotations, notes: notes)
    }

    private static func annotations(
        of file: RandomAccessFile, header: EDFHeader, layouts: [EDFSource.Layout]
    ) throws(EEGDataError) -> EDFAnnotations {
        var contents = EDFAnnotations()
        guard !layouts.isEmpty else { return contents }
        for record in 0..<header.recordCount {
            var signals: [ArraySlice<UInt8>] = []
            for layout in layouts {
                let offset = header.size + record * header.recordSize + layout.offset
                signals.append(try file.bytes(at: offset, count: 2 * layout.samplesPerRecord)[...])
            }
            contents.add(record: signals)
        }
        return contents
    }

    /// Recordings with a gap are refused: their samples must not be joined silently. Many files that announce gaps have none.
    private static func checkContinuity(
        of contents: EDFAnnotations, header: EDFHeader, signals: [Int], file: RandomAccessFile, notes: inout [String]
    ) throws(EEGDataError) {
        let fastest = signals.map { header.signals[$0].samplesPerRecord }.max() ?? 0
        guard fastest > 0 else { return }
        let halfSample = header.recordDuration / Double(fastest) / 2
        guard let gap = contents.firstGap(recordDuration: header.recordDuration, tolerance: halfSample) else { return }
        let description = "data record \(gap.record) starts at \(gap.found) s where its predecessor ends at \(gap.expected) s"
        guard header.variant != .plusDiscontinuous else {
            throw .unsupported(file: file.path, format: "EDF+D", feature: "recordings with gaps cannot be read yet: \(description)")
        }
        notes.append("the file is declared continuous, but \(description)")
    }
}
