import EEGData

extension FileSummary {
    /// Lists what a file of arrays, columns or values holds, each with its statistics. An entry that cannot be read is listed with the reason,
    /// unless nothing in the file can be read.
    mutating func addEntries(_ format: FileFormat, _ path: String) throws(EEGDataError) {
        var entries: [Entry] = []
        switch format {
        case .matlab:
            let file = try MATFile(contentsOf: path)
            notes = file.notes
            for variable in file.variables {
                do throws(EEGDataError) {
                    Self.add(try file.value(of: variable.name), variable.name, depth: 0, to: &entries)
                } catch {
                    entries.append(Entry(name: variable.name, type: variable.className, shape: variable.shape, error: "\(error)"))
                }
            }
        case .hdf5:
            try addObjects(of: HDF5File(contentsOf: path), to: &entries)
        case .parquet:
            try addColumns(of: ParquetFile(contentsOf: path), to: &entries)
        case .pickle:
            let file = try PickleFile(contentsOf: path)
            notes = file.notes
            attributes = ["protocol": "\(file.pickleProtocol)"]
            Self.add(file.value, "", depth: 0, to: &entries)
        case .npy:
            entries.append(Entry("array", try NumericArray(npy: path)))
        case .npz:
            let file = try NPZFile(contentsOf: path)
            for name in file.names { entries.append(Entry(name, try file.array(name))) }
        case .safetensors:
            let file = try SafetensorsFile(contentsOf: path)
            attributes = file.metadata
            for entry in file.entries { entries.append(Entry(entry.name, try file.array(entry.name))) }
        case .nifti:
            try addImage(NIfTIImage(contentsOf: path), to: &entries)
        case .wfdbAnnotations:
            let file = try WFDBAnnotations(contentsOf: path)
            notes = file.notes
            attributes = ["events": "\(file.events.count)"]
            if let rate = file.samplingRate { attributes?["sampling rate"] = "\(rate) Hz" }
            for event in file.events.prefix(20) {
                entries.append(Entry("\(event.sample)", type: file.symbol(of: event), text: event.text))
            }
        case .csv:
            let table = try CSVTable(contentsOf: path)
            for name in table.names {
                if let numbers = try? table.numbers(name) {
                    entries.append(Entry(name, NumericArray(shape: [numbers.count], values: .double(numbers))))
                } else {
                    entries.append(Entry(name, type: "text", text: try table.column(name).prefix(5).joined(separator: ", ")))
                }
            }
        case .arff:
            let table = try ARFFTable(contentsOf: path)
            for name in table.names {
                let numbers = try table.column(name)
                entries.append(Entry(name, NumericArray(shape: [numbers.count], values: .double(numbers))))
            }
        case .edf, .bdf, .brainVision, .eeglab, .wfdb, .megSpikes:
            return
        }
        // A file with one unreadable entry among others is listed; one with nothing else is refused.
        if let error = entries.first?.error, entries.allSatisfy({ $0.error != nil }) {
            throw .unsupported(file: path, format: format.rawValue, feature: error)
        }
        self.entries = entries
    }

    private mutating func addObjects(of file: HDF5File, to entries: inout [Entry]) throws(EEGDataError) {
        var refusals: [String] = []
        let objects = try file.objects { path, error in refusals.append("\(path): \(error)") }
        notes += refusals
        attributes = [:]
        for attribute in try file.root.attributes {
            attributes?[attribute.name] = attribute.string ?? attribute.double.map(short) ?? "\(attribute.elementType) \(attribute.shape)"
        }
        for case .dataset(let dataset) in objects {
            let type = dataset.elementType.description
            do throws(EEGDataError) {
                switch dataset.elementType {
                case .string, .variableString:
                    let texts = try dataset.strings()
                    entries.append(
                        Entry(name: dataset.path, type: type, shape: dataset.shape, text: texts.prefix(5).joined(separator: ", ")))
                case .integer, .float, .bool:
                    entries.append(
                        Entry(name: dataset.path, type: type, shape: dataset.shape, statistics: try Self.statistics(of: dataset)))
                default:
                    entries.append(Entry(name: dataset.path, type: type, shape: dataset.shape))
                }
            } catch {
                entries.append(Entry(name: dataset.path, type: type, shape: dataset.shape, error: "\(error)"))
            }
        }
    }

    /// Reads a dataset in slabs along its first axis, so that a large one does not fill the memory.
    private static func statistics(of dataset: HDF5Dataset) throws(EEGDataError) -> RunningStatistics {
        var statistics = RunningStatistics()
        guard let length = dataset.shape.first, dataset.count > 1 << 22 else {
            statistics.add(try dataset.doubles())
            return statistics
        }
        // A dataset that was never written may claim any size.
        guard dataset.count <= 1 << 34 else {
            throw .unsupported(file: dataset.path, format: "HDF5", feature: "statistics of \(dataset.count) elements")
        }
        // Whole rows of chunks, where there are chunks: each is inflated once.
        let rows = max(dataset.chunkShape?.first ?? 1, (1 << 22) / max(1, dataset.count / length))
        let progress = ProgressBar(dataset.path)
        for start in stride(from: 0, to: length, by: rows) {
            let slab = [start..<min(length, start + rows)] + dataset.shape.dropFirst().map { 0..<$0 }
            statistics.add(try dataset.doubles(in: slab))
            progress.update(Double(start + rows) / Double(length))
        }
        progress.finish()
        return statistics
    }

    private mutating func addColumns(of file: ParquetFile, to entries: inout [Entry]) throws(EEGDataError) {
        attributes = ["rows": "\(file.rowCount)", "row groups": "\(file.rowGroupSizes.count)"]
        if let writer = file.createdBy { attributes?["written by"] = writer }
        for field in file.fields {
            if let refusal = field.refusal {
                entries.append(Entry(name: field.name, type: "nested", error: refusal))
                continue
            }
            do throws(EEGDataError) {
                guard let column = try file.table(of: [field.name]).columns.first else { continue }
                let type = "\(column.type)"
                switch column.values {
                case .strings(let texts):
                    entries.append(
                        Entry(name: field.name, type: type, shape: [column.count], text: texts.prefix(5).joined(separator: ", ")))
                case .bytes:
                    entries.append(Entry(name: field.name, type: type, shape: [column.count]))
                case .numbers:
                    var statistics = RunningStatistics()
                    statistics.add(try column.doubles())
                    entries.append(Entry(name: field.name, type: type, shape: [column.count], statistics: statistics))
                }
            } catch {
                // A damaged column is a damaged file; one of a type that is not read leaves the others.
                guard case .unsupported = error else { throw error }
                entries.append(Entry(name: field.name, type: field.type.map { "\($0)" } ?? "unknown", error: "\(error)"))
            }
        }
    }

    private mutating func addImage(_ image: NIfTIImage, to entries: inout [Entry]) throws(EEGDataError) {
        notes = image.notes
        attributes = [
            "spacing": image.spacing.map(short).joined(separator: " x ") + " \(image.spaceUnit)",
            "affine": image.affine.map { $0.map(short).joined(separator: " ") }.joined(separator: "; "),
        ]
        if let time = image.repetitionTime { attributes?["repetition time"] = "\(short(time)) s" }
        var statistics = RunningStatistics()
        try image.forEachVolume { _, values in statistics.add(values) }
        entries.append(Entry(name: "image", type: "image", shape: image.shape, statistics: statistics))
    }

    /// Structures and cells are listed by their parts, to a depth that stays readable.
    private static func add(_ value: MATValue, _ name: String, depth: Int, to entries: inout [Entry]) {
        switch value {
        case .numbers(let array):
            entries.append(Entry(name, array))
        case .complex(let real, let imaginary):
            entries.append(Entry("\(name), real part", real))
            entries.append(Entry("\(name), imaginary part", imaginary))
        case .text(let text):
            entries.append(Entry(name, type: "text", text: text.rows.joined(separator: " | ")))
        case .sparse(let matrix):
            entries.append(Entry(name: name, type: "sparse, \(matrix.values.count) values", shape: matrix.shape))
        case .unsupported(let className):
            entries.append(Entry(name: name, type: className, error: "values of class \(className) cannot be read"))
        case .cell(let cell):
            guard depth < 3, cell.elements.count <= 20 else {
                entries.append(Entry(name: name, type: "cell", shape: cell.shape))
                return
            }
            for (index, element) in cell.elements.enumerated() { add(element, "\(name){\(index + 1)}", depth: depth + 1, to: &entries) }
        case .structure(let structure):
            guard depth < 3, structure.count == 1 else {
                entries.append(
                    Entry(name: name, type: "struct with \(structure.fieldNames.joined(separator: ", "))", shape: structure.shape))
                return
            }
            for field in structure.fieldNames {
                if let value = structure[field] { add(value, "\(name).\(field)", depth: depth + 1, to: &entries) }
            }
        }
    }

    private static func add(_ value: PickleValue, _ name: String, depth: Int, to entries: inout [Entry]) {
        switch value {
        case .none: entries.append(Entry(name: name, type: "None"))
        case .bool(let value): entries.append(Entry(name, type: "bool", text: "\(value)"))
        case .int(let value): entries.append(Entry(name, type: "int", text: "\(value)"))
        case .double(let value): entries.append(Entry(name, type: "float", text: "\(value)"))
        case .string(let text): entries.append(Entry(name, type: "text", text: text))
        case .bytes(let bytes): entries.append(Entry(name: name, type: "bytes", shape: [bytes.count]))
        case .array(let array):
            if let numbers = array.numbers {
                entries.append(Entry(name, numbers))
            } else {
                entries.append(Entry(name: name, type: array.elementType, shape: array.shape, text: array.strings?.prefix(5).joined(separator: ", ")))
            }
        case .list(let elements), .tuple(let elements):
            guard depth < 3, elements.count <= 20 else {
                entries.append(Entry(name: name, type: "list", shape: [elements.count]))
                return
            }
            for (index, element) in elements.enumerated() { add(element, "\(name)[\(index)]", depth: depth + 1, to: &entries) }
        case .dictionary(let items):
            guard depth < 3, items.count <= 50 else {
                entries.append(Entry(name: name, type: "dictionary", shape: [items.count]))
                return
            }
            for item in items {
                let key = item.key.string ?? item.key.double.map(short) ?? "?"
                add(item.value, name.isEmpty ? key : "\(name).\(key)", depth: depth + 1, to: &entries)
            }
        }
    }
}
