/// The most similar of some names: that with the fewest insertions, deletions and exchanges of letters, if they are fewer than half of the
/// letters; nil otherwise.
///
/// Names from outside may be many and long, so what is compared is limited.
func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let longest = 200
    let letters = Array(name.utf8.prefix(longest))
    var best: (name: String, distance: Int)?
    for candidate in candidates.prefix(2000) {
        let other = Array(candidate.utf8.prefix(longest))
        let limit = min(best?.distance ?? .max, max(letters.count, other.count) / 2 + 1)
        guard abs(letters.count - other.count) < limit else { continue }
        let distance = editDistance(letters, other)
        if distance < limit { best = (candidate, distance) }
    }
    return best?.name
}

/// The fewest insertions, deletions and exchanges that make one text the other (Levenshtein 1966).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let exchanged = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(exchanged, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}
