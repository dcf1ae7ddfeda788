internal import Foundation

/// WFDB records, by the text of their header.
enum WFDBRecordFormat: RecordingFormat {
    static let name = "WFDB"

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool {
        guard beginning.allSatisfy({ $0 >= 32 || $0 == 9 || $0 == 10 || $0 == 13 }) else { return false }
        let isWhole = beginning.count == file.size
        var lines = decodeText(beginning).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        // The last line may have been cut.
        if !isWhole, lines.count > 1 { lines.removeLast() }
        guard let record = lines.first, record.prefixMatch(of: #/[^\s,;:=]+[ \t]+\d+([ \t]+[\d.]|$)/#) != nil else { return false }
        return lines.dropFirst().first.map { $0.prefixMatch(of: #/\S+[ \t]+\d+[x:+\s]?/#) != nil } ?? true
    }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        try Recording(wfdb: file, options: options)
    }
}

extension Recording {
    /// Up to this size the checksums of signal files are verified when a record is opened.
    private static let verifiedSize = 32 << 20

    init(wfdb file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) {
        let header = try WFDBHeader(file)
        var notes = header.notes + header.comments.map { "comment: \($0)" }
        let layout = Self.layout(of: header, beside: file)
        let frameCount = try Self.frameCount(of: header, layout.files, isStrict: options.isStrict, &notes)

        var channels: [Channel] = []
        for (index, signal) in header.signals.enumerated() {
            let format = WFDBFormat(rawValue: signal.format)
            let label = signal.description.isEmpty ? "signal \(index)" : signal.description
            if signal.description.isEmpty { notes.append("signal \(index) has no description") }
            if case .failure(let error) = layout.files[layout.signals[index].file] { notes.append("\(label) cannot be read: \(error)") }
            let range = (format ?? .int32).digitalRange
            func physical(_ value: Int) -> Double { (Double(value) - Double(signal.baseline)) / signal.gain }
            channels.append(
                Channel(
                    label: label, kind: Channel.Kind(polysomnography: label), unit: PhysicalUnit(signal.unit),
                    samplingRate: header.frameRate * Double(signal.samplesPerFrame), sampleCount: frameCount * signal.samplesPerFrame,
                    digitization: Digitization(
                        physical: (physical(range.lowerBound), physical(range.upperBound)), digital: (range.lowerBound, range.upperBound),
                        missing: range.lowerBound - 1)))
        }
        let source = WFDBSource(signals: layout.signals, signalFiles: layout.files, limits: options.limits)
        try Self.verify(header, source, frameCount: frameCount, channels, &notes)
        self.init(
            channels: channels, source: source, start: header.start, startOffset: header.startOffset,
            annotations: try Self.sleepAnnotations(of: header, beside: file, limits: options.limits), notes: notes)
    }

    /// Which signals lie in which file, and where.
    private static func layout(
        of header: WFDBHeader, beside file: RandomAccessFile
    ) -> (signals: [WFDBSource.Signal], files: [Result<WFDBSource.SignalFile, EEGDataError>]) {
        var names: [String] = []
        var widths: [Int] = []
        var signals: [WFDBSource.Signal] = []
        var places: [String: Int] = [:]
        for signal in header.signals {
            // `a.dat` and `./a.dat` are one file.
            let name = file.sibling(signal.fileName)
            let place = places[name] ?? names.count
            if place == names.count {
                places[name] = place
                names.append(name)
                widths.append(0)
            }
            signals.append(
                WFDBSource.Signal(
                    file: place, offsetInFrame: widths[place], samplesPerFrame: signal.samplesPerFrame, skew: signal.skew,
                    gain: signal.gain, baseline: signal.baseline))
            widths[place] += signal.samplesPerFrame
        }
        let files = names.enumerated().map { (place, name) -> Result<WFDBSource.SignalFile, EEGDataError> in
            do throws(EEGDataError) {
                let members = header.signals.filter { file.sibling($0.fileName) == name }
                return .success(try open(name, of: members, width: widths[place], beside: file))
            } catch { return .failure(error) }
        }
        return (signals, files)
    }

    private static func open(
        _ name: String, of members: [WFDBHeader.Signal], width: Int, beside file: RandomAccessFile
    ) throws(EEGDataError) -> WFDBSource.SignalFile {
        let number = members[0].format
        guard members.allSatisfy({ $0.format == number }) else {
            throw .malformed(
                file: file.path, format: "WFDB", offset: nil, field: "format", expected: "one for all signals of \(name)",
                found: "several")
        }
        guard let format = WFDBFormat(rawValue: number) else {
            throw .unsupported(file: file.path, format: "WFDB", feature: "\(name) has format \(number); 16, 24, 32, 61, 80 and 212 can be read")
        }
        let byteOffset = members[0].byteOffset
        let signalFile = try RandomAccessFile(path: name)
        guard byteOffset <= signalFile.size else {
            throw .malformed(
                file: file.path, format: "WFDB", offset: nil, field: "byte offset", expected: "at most the \(signalFile.size) bytes of \(name)",
                found: "\(byteOffset)")
        }
        return WFDBSource.SignalFile(
            file: signalFile, format: format, byteOffset: byteOffset, samplesPerFrame: width,
            frameCount: format.samples.count(signalFile.size - byteOffset) / width)
    }

    private static func frameCount(
        of header: WFDBHeader, _ files: [Result<WFDBSource.SignalFile, EEGDataError>], isStrict: Bool, _ notes: inout [String]
    ) throws(EEGDataError) -> Int {
        guard let stated = header.frameCount else {
            guard !files.isEmpty else { return 0 }
            // The shortest file tells.
            var least = Int.max
            for file in files { least = min(least, try file.get().frameCount) }
            return least
        }
        // Where a signal file is not here, nothing else bounds the number.
        let perFrame = header.signals.reduce(0) { $0 + $1.samplesPerFrame }
        let (total, overflow) = stated.multipliedReportingOverflow(by: max(1, perFrame))
        guard !overflow, total <= 1 << 48 else {
            throw .malformed(
                file: files.compactMap { try? $0.get().file.path }.first ?? "the record", format: "WFDB", offset: nil,
                field: "samples of each signal", expected: "at most 48 bits of samples in all", found: "\(stated) of \(perFrame)")
        }
        var frameCount = stated
        for case .success(let file) in files {
            guard file.frameCount >= stated else {
                guard !isStrict else {
                    throw .malformed(
                        file: file.file.path, format: "WFDB", offset: nil, field: "samples of each signal", expected: "\(stated)",
                        found: "\(file.frameCount) in the file")
                }
                notes.append("\(file.file.name) holds \(file.frameCount) samples of each signal where the header declares \(stated)")
                frameCount = min(frameCount, file.frameCount)
                continue
            }
            let expected = file.byteOffset + file.format.samples.size(stated * file.samplesPerFrame)
            if file.file.size != expected { notes.append("\(file.file.name) has \(file.file.size) bytes where the header implies \(expected)") }
        }
        return frameCount
    }

    /// Notes where the first values or checksums in the header are not those of the samples.
    private static func verify(
        _ header: WFDBHeader, _ source: WFDBSource, frameCount: Int, _ channels: [Channel], _ notes: inout [String]
    ) throws(EEGDataError) {
        guard frameCount > 0 else { return }
        let readable = header.signals.indices.filter { (try? source.signalFiles[source.signals[$0].file].get()) != nil }
        guard !readable.isEmpty else { return }
        let size = source.signalFiles.reduce(0) { $0 + ((try? $1.get())?.file.size ?? 0) }
        let firsts = try source.firstValues(of: readable)
        for (index, first) in zip(readable, firsts) {
            guard let stated = header.signals[index].firstValue, stated != Int(first) else { continue }
            notes.append("\(channels[index].label): the first value is \(first), the header says \(stated)")
        }
        // Of a part of the samples the sum is another one.
        guard size <= verifiedSize, header.frameCount.map({ $0 == frameCount }) ?? true else { return }
        for (index, sum) in zip(readable, try source.checksums(of: readable, frameCount: frameCount)) {
            guard let stated = header.signals[index].checksum, Int16(truncatingIfNeeded: stated) != sum else { continue }
            notes.append("\(channels[index].label): the checksum of the samples is \(sum), the header says \(stated)")
        }
    }

    /// What a file of sleep stages and arousals beside the header says.
    private static func sleepAnnotations(
        of header: WFDBHeader, beside file: RandomAccessFile, limits: ReadLimits
    ) throws(EEGDataError) -> [Annotation] {
        guard file.name.hasSuffix(".hea") else { return [] }
        let path = file.sibling(file.name.dropLast(4) + ".arousal")
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try WFDBAnnotations(contentsOf: path, limits: limits).annotations(samplingRate: header.frameRate)
    }
}

extension Channel.Kind {
    /// The kind of the labels in PhysioNet's polysomnograms that the names of electrodes do not tell.
    fileprivate init(polysomnography label: String) {
        switch label {
        case "E1-M2", "E2-M1": self = .eog
        case "Chin1-Chin2": self = .emg
        case "ABD", "CHEST", "AIRFLOW": self = .respiration
        default: self = Channel.Kind(label: label)
        }
    }
}
