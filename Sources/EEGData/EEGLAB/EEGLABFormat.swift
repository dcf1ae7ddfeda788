/// EEGLAB data sets (`.set`), by the variables of the MATLAB file.
enum EEGLABFormat: RecordingFormat {
    static let name = "EEGLAB"

    static func recognizes(_ beginning: [UInt8], of file: RandomAccessFile) -> Bool {
        switch MATVersion(beginning, fileSize: file.size) {
        case .version5, .version73: break
        default: return false
        }
        guard let contents = try? MATFile(file, limits: .standard) else { return false }
        return EEGLABFields.hasDataSet(contents)
    }

    static func open(_ file: RandomAccessFile, options: ReadOptions) throws(EEGDataError) -> Recording {
        try Recording(eeglab: file, options: options)
    }
}

/// The fields of a data set: those of the struct `EEG`, or variables of their own, as EEGLAB writes them since 2021.
struct EEGLABFields {
    private let path: String
    private let contents: MATFile
    private let structure: MATStructure?

    static func hasDataSet(_ contents: MATFile) -> Bool {
        let names = Set(contents.variables.map(\.name))
        return contents.variables.contains { $0.name == "EEG" && $0.className == "struct" }
            || names.isSuperset(of: ["nbchan", "pnts", "srate", "data"])
    }

    init(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) {
        path = file.path
        contents = try MATFile(file, limits: limits)
        if contents.variables.contains(where: { $0.name == "EEG" }) {
            guard let structure = try contents.value(of: "EEG").structure, structure.count == 1 else {
                throw .malformed(file: path, format: "EEGLAB", offset: nil, field: "EEG", expected: "one struct", found: "another value")
            }
            self.structure = structure
        } else {
            structure = nil
        }
    }

    /// A field, nil where there is none.
    func value(_ name: String) throws(EEGDataError) -> MATValue? {
        if let structure { return structure[name] }
        return contents.variables.contains { $0.name == name } ? try contents.value(of: name) : nil
    }

    /// The number in a field.
    func number(_ name: String) throws(EEGDataError) -> Double {
        guard let number = try value(name)?.number, number.isFinite else {
            throw malformed(name, expected: "a number", found: "none")
        }
        return number
    }

    /// The count in a field.
    func count(_ name: String) throws(EEGDataError) -> Int {
        let number = try number(name)
        guard let count = Int(exactly: number), (0...(1 << 40)).contains(count) else {
            throw malformed(name, expected: "a count", found: "\(number)")
        }
        return count
    }

    func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
        .malformed(file: path, format: "EEGLAB", offset: nil, field: field, expected: expected, found: found)
    }
}
