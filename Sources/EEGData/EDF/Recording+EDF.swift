/// EDF and EDF+, by the eight bytes of their version field.
enum EDFFormat: RecordingFormat {
    static let name = EDFKind.edf.name

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool { beginning.starts(with: EDFKind.edf.version) }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        try Recording(edf: file, kind: .edf, options: options)
    }
}

/// BDF and BDF+, by the eight bytes of their version field.
enum BDFFormat: RecordingFormat {
    static let name = EDFKind.bdf.name

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool { beginning.starts(with: EDFKind.bdf.version) }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        try Recording(edf: file, kind: .bdf, options: options)
    }
}

extension Recording {
    fileprivate init(edf file: RandomAccessFile, kind: EDFKind, options: ReadOptions) throws(EEGDataError) {
        let header = try EDFHeader(of: file, kind: kind, isStrict: options.isStrict)
        var notes = header.notes
        let source = EDFSource(file: file, header: header, limits: options.limits)

        var annotationSignals = header.signals.indices.filter { header.signals[$0].label == kind.annotationLabel }
        var contents = try EDFAnnotations(of: source, header: header, signals: annotationSignals, limits: options.limits)
        if header.variant == .plain, contents.brokenLists > 0 || contents.untimedRecords > 0 {
            // A plain file may have an ordinary signal of that name.
            annotationSignals = []
            contents = EDFAnnotations(recordDuration: header.recordDuration, tolerance: 0)
        }
        if contents.brokenLists > 0 { notes.append("\(contents.brokenLists) broken annotation lists were left out") }
        if header.variant != .plain {
            if annotationSignals.isEmpty {
                notes.append("the header says \(kind.name)+ but there is no annotation signal")
            } else if contents.untimedRecords > 0 {
                notes.append("\(contents.untimedRecords) data records do not tell when they start; they were taken to follow their predecessors")
            }
        }

        let signals = header.signals.indices.filter { !annotationSignals.contains($0) && header.signals[$0].samplesPerRecord > 0 }
        for signal in header.signals where signal.samplesPerRecord == 0 { notes.append("signal \(signal.label) has no samples") }
        var channels: [Channel] = []
        for index in signals { channels.append(try Channel(edf: header.signals[index], of: header, file: file, notes: &notes)) }

        let startOffset = contents.startOffset
        let annotations = contents.annotations.map { Annotation(onset: $0.onset - startOffset, duration: $0.duration, text: $0.text) }
        self.init(
            channels: channels, source: source, sourceChannels: signals, start: header.start, startOffset: startOffset,
            annotations: annotations, segments: Self.segments(contents, header: header, notes: &notes), notes: notes)
    }

    /// The stretches between gaps. Only files that are declared discontinuous may have gaps.
    private static func segments(_ contents: EDFAnnotations, header: EDFHeader, notes: inout [String]) -> [Segment] {
        func describe(_ gap: EDFAnnotations.Break) -> String {
            "data record \(gap.record) starts at \(gap.found) s where its predecessor ends at \(gap.expected) s"
        }
        var breaks = contents.breaks
        if header.variant != .plusDiscontinuous, let first = breaks.first {
            notes.append(
                "the file is declared continuous, but \(describe(first))" + (breaks.count > 1 ? ", and \(breaks.count - 1) more" : ""))
            breaks = []
        }
        if let overlap = breaks.first(where: { $0.found < $0.expected }) { notes.append("data records overlap: \(describe(overlap))") }
        var segments: [Segment] = []
        var (firstRecord, onset) = (0, contents.startOffset)
        func close(before record: Int) {
            segments.append(
                Segment(
                    start: onset - contents.startOffset, storedStart: Double(firstRecord) * header.recordDuration,
                    duration: Double(record - firstRecord) * header.recordDuration))
        }
        for gap in breaks {
            close(before: gap.record)
            (firstRecord, onset) = (gap.record, gap.found)
        }
        close(before: header.recordCount)
        return segments
    }
}

extension Channel {
    fileprivate init(
        edf signal: EDFHeader.Signal, of header: EDFHeader, file: RandomAccessFile, notes: inout [String]
    ) throws(EEGDataError) {
        let samplingRate = Double(signal.samplesPerRecord) / header.recordDuration
        let sampleCount = signal.samplesPerRecord * header.recordCount
        guard header.recordDuration > 0, samplingRate.isFinite, (Double(sampleCount) / samplingRate).isFinite else {
            throw .malformed(
                file: file.path, format: header.kind.name, offset: 244, field: "duration of a data record",
                expected: "a length that signals with samples can have", found: "\(header.recordDuration)")
        }
        self.init(
            label: signal.label, unit: PhysicalUnit(signal.unit), samplingRate: samplingRate, sampleCount: sampleCount,
            digitization: signal.digitization, transducer: signal.transducer, prefiltering: signal.prefiltering)
        if header.kind == .bdf, label == BioSemiStatus.channelLabel {
            // The bits of the status word are no quantity, whatever scale the header gives them.
            kind = .stimulus
            unit = BioSemiStatus.unit
            digitization = BioSemiStatus.digitization
        }
        if !signal.digitization.isDefined { notes.append("\(label): the digital range is empty, physical values are not defined") }
        if signal.digitization.physicalMinimum == signal.digitization.physicalMaximum {
            notes.append("\(label): the physical range is a single value")
        }
    }
}

extension EDFAnnotations {
    /// Bytes of annotation signals that are read in one go.
    private static let blockSize = 1 << 20

    /// Reads the annotation signals of all data records.
    fileprivate init(
        of source: EDFSource, header: EDFHeader, signals: [Int], limits: ReadLimits
    ) throws(EEGDataError) {
        let fastest = header.signals.indices.filter { !signals.contains($0) }.map { header.signals[$0].samplesPerRecord }.max() ?? 0
        self.init(
            recordDuration: header.recordDuration,
            tolerance: fastest > 0 && header.recordDuration > 0 ? header.recordDuration / Double(fastest) / 2 : .infinity)
        let layouts = signals.map { source.signals[$0] }.filter { $0.samplesPerRecord > 0 }
        guard !layouts.isEmpty else { return }
        let sizes = layouts.map { $0.samplesPerRecord * header.kind.bytesPerSample }
        let size = sizes.reduce(0, +)
        let recordsPerBlock = max(1, Self.blockSize / size)
        for start in stride(from: 0, to: header.recordCount, by: recordsPerBlock) {
            let end = min(start + recordsPerBlock, header.recordCount)
            let block = try source.bytes(of: layouts, in: start..<end)
            block.withUnsafeBytes { block in
                for record in 0..<(end - start) {
                    var place = record * size
                    add(
                        record: sizes.map { size in
                            defer { place += size }
                            return UnsafeRawBufferPointer(rebasing: block[place..<(place + size)])
                        })
                }
            }
            guard annotations.count <= limits.decodedBytes / MemoryLayout<Annotation>.stride else {
                throw .unsupported(
                    file: source.file.path, format: header.kind.name,
                    feature: "annotations that take more than the limit of \(limits.decodedBytes) bytes")
            }
        }
    }
}
