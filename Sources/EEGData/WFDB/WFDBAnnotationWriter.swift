extension WFDBAnnotations {
    /// Sleep stages and arousals as the PhysioNet Challenge of 2018 stores them: all events are notes, stages in channel 0 with a subtype of
    /// their own, others in channel 1, those with a duration as pairs `(name` and `name)`. (Notes at sample 0 are events here and for PhysioNet's
    /// own library; the Python package `wfdb` takes them for definitions and drops them.)
    ///
    /// - Parameter samplingRate: of the record, samples a second.
    public init(sleep annotations: [Annotation], samplingRate: Double) throws(EEGDataError) {
        var events: [Event] = []
        func add(_ seconds: Double, _ text: String, subtype: Int = 0, channel: Int) throws(EEGDataError) {
            guard let sample = Int(exactly: (seconds * samplingRate).rounded()), sample >= 0 else {
                throw .invalidArgument(name: "onset of annotation \(text)", expected: "a time from 0 on", found: "\(seconds)")
            }
            events.append(Event(sample: sample, code: Self.note, subtype: subtype, channel: channel, text: text))
        }
        let subtypes = ["N3": 1, "N2": 2, "N1": 3, "R": 4, "W": 5]
        func stage(_ annotation: Annotation) -> String { annotation.text.replacing(#/^Sleep stage /#, with: "") }
        let stages = annotations.indices.filter { subtypes[stage(annotations[$0])] != nil }
        let lastStage = stages.max { annotations[$0].onset < annotations[$1].onset }
        for (index, annotation) in annotations.enumerated() {
            let stage = stage(annotation)
            if let subtype = subtypes[stage] {
                try add(annotation.onset, stage, subtype: subtype, channel: 0)
                // A stage lasts until the next one, and the last one for an epoch: beyond that it is written again.
                guard index == lastStage, let duration = annotation.duration, duration <= 1e6 else { continue }
                for onset in stride(from: Self.epoch, through: duration - Self.epoch, by: Self.epoch) {
                    try add(annotation.onset + onset, stage, subtype: subtype, channel: 0)
                }
            } else if let duration = annotation.duration {
                try add(annotation.onset, "(\(annotation.text)", channel: 1)
                try add(annotation.onset + duration, "\(annotation.text))", channel: 1)
            } else {
                try add(annotation.onset, annotation.text, channel: 1)
            }
        }
        // Equal times keep their order: a beginning stays in front of its end.
        let order = events.indices.sorted { (events[$0].sample, $0) < (events[$1].sample, $1) }
        self.init(events: order.map { events[$0] }, samplingRate: samplingRate)
    }

    /// Writes an annotation file, in one step: a reader sees the old file or the whole new one.
    ///
    /// - Throws: where events are not in the order of time, a code is not 1 to 49, or a text has more than 255 bytes.
    public func write(to path: String) throws(EEGDataError) {
        var file = try AtomicFile(path: path)
        try file.write(bytes())
        try file.commit()
    }

    /// The content of an annotation file; throws as `write(to:)`.
    func bytes() throws(EEGDataError) -> [UInt8] {
        var words: [UInt16] = []
        var channel = 0
        var number = 0
        func add(_ event: Event, step: Int) throws(EEGDataError) {
            let text = Array(event.text.utf8)
            guard (1...49).contains(event.code), text.count <= 255, (-128...127).contains(event.subtype), (0...255).contains(event.channel),
                (-128...127).contains(event.number)
            else {
                throw .invalidArgument(
                    name: "event at sample \(event.sample)", expected: "a code of 1 to 49, a text of 255 bytes, fields of one byte",
                    found: "\(event)")
            }
            var step = step
            while step > 1023 {
                let long = min(step, Int(Int32.max))
                words += [59 << 10, UInt16(long >> 16), UInt16(long & 0xFFFF)]
                step -= long
            }
            words.append(UInt16(event.code << 10 | step))
            if event.subtype != 0 { words.append(61 << 10 | UInt16(UInt8(bitPattern: Int8(event.subtype)))) }
            if event.channel != channel { words.append(62 << 10 | UInt16(event.channel)) }
            if event.number != number { words.append(60 << 10 | UInt16(UInt8(bitPattern: Int8(event.number)))) }
            (channel, number) = (event.channel, event.number)
            guard !text.isEmpty else { return }
            words.append(63 << 10 | UInt16(text.count))
            for place in stride(from: 0, to: text.count, by: 2) {
                words.append(UInt16(text[place]) | (place + 1 < text.count ? UInt16(text[place + 1]) << 8 : 0))
            }
        }
        if let samplingRate {
            try add(Event(sample: 0, code: Self.note, text: "## time resolution: \(shortest(samplingRate))"), step: 0)
        }
        var time = 0
        for event in events {
            guard event.sample >= time else {
                throw .invalidArgument(name: "events", expected: "the order of time", found: "sample \(event.sample) behind \(time)")
            }
            try add(event, step: event.sample - time)
            time = event.sample
        }
        words.append(0)
        return words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
}

/// A number without a fraction of zero.
func shortest(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
