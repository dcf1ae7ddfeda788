import EEGModels

/// The result on test windows as text: balanced accuracy, kappa, the confusion matrix and, for each class, precision, recall and F1.
struct TestReport {
    let confusion: ConfusionMatrix
    let classes: [String]

    var text: String {
        var lines = [
            "balanced accuracy \(percent(confusion.balancedAccuracy)), accuracy \(percent(confusion.accuracy)), "
                + "kappa \(decimals(confusion.cohenKappa())), \(confusion.total) windows",
            row("true \\ found", classes + ["precision", "recall", "F1", "windows"]),
        ]
        for (index, counts) in confusion.counts.enumerated() {
            let found = confusion.counts.reduce(0) { $0 + $1[index] }
            let support = counts.reduce(0, +)
            let right = Double(counts[index])
            let numbers = [right / Double(found), right / Double(support), confusion.f1[index]].map { decimals($0) }
            lines.append(row(classes[index], counts.map(String.init) + numbers + ["\(support)"]))
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        padded(name, 13) + cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }
}

/// A text filled with spaces up to a width.
func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
