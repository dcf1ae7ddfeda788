/// Names of electrodes as files spell them, and the standard ones of the 10-05 system that they mean.
enum ElectrodeName {
    /// The standard name that a label means, or nil where it names no electrode: `Fp1` of `EEG FP1-REF`, `FC5` of `Fc5.`, `T7-P7` of `T3-T5`.
    ///
    /// Capitals and the older names of four positions do not matter (T3 T4 T5 T6 are T7 T8 P7 P8), nor does a common reference behind the
    /// name (`-REF`, `-LE`, `-A2`, `-M1` …). Two electrodes make a bipolar name.
    static func standard(_ label: String) -> String? {
        let words = label.split(separator: " ")
        guard let last = words.last, words.count == 1 || (words.count == 2 && isPrefix(words[0])) else { return nil }
        var parts = last.split(separator: "-", omittingEmptySubsequences: false).map { $0.trimmingDots() }
        if parts.count == 2, references.contains(parts[1].uppercased()) { parts.removeLast() }
        guard parts.count <= 2 else { return nil }
        let names = parts.compactMap(electrode)
        guard !names.isEmpty, names.count == parts.count else { return nil }
        return names.joined(separator: "-")
    }

    /// The letters of 10-05 names, each in front of `z` or a number, and the electrodes at ears and mastoids.
    private static let letters: [String: String] = {
        let names = [
            "N", "Fp", "AFp", "AF", "AFF", "F", "FFC", "FFT", "FC", "FT", "FCC", "FTT", "C", "T", "CCP", "TTP", "CP", "TP", "CPP", "TPP",
            "P", "PPO", "PO", "POO", "O", "OI", "I", "NFp", "A", "M",
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ($0.lowercased(), $0) })
    }()

    private static let olderNames = ["T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"]

    private static let references: Set<String> = [
        "REF", "LE", "AR", "AV", "AVG", "CAR", "AVE", "A1", "A2", "M1", "M2", "A1A2", "A1+A2", "M1M2", "M1+M2", "A12", "G1", "G2",
    ]

    private static func isPrefix(_ word: Substring) -> Bool { word.lowercased() == "eeg" }

    private static func electrode(_ text: Substring) -> String? {
        let lower = text.lowercased()
        let isHalfway = lower.hasSuffix("h")
        let name = isHalfway ? lower.dropLast() : lower[...]
        let digits: Substring
        if name.hasSuffix("z") {
            digits = name.suffix(1)
        } else {
            digits = name.suffix(while: \.isWholeNumber)
            guard let number = Int(digits), (1...10).contains(number) else { return nil }
        }
        guard let prefix = letters[String(name.dropLast(digits.count))], !(isHalfway && digits == "z") else { return nil }
        let standard = prefix + digits + (isHalfway ? "h" : "")
        return olderNames[standard] ?? standard
    }
}

extension Substring {
    fileprivate func trimmingDots() -> Substring {
        var result = self
        while result.last == "." { result.removeLast() }
        return result
    }

    fileprivate func suffix(while isIncluded: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, isIncluded(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
