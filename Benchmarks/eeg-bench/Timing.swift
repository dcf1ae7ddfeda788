/// Wall-clock times of repeated runs, in seconds.
struct Timings: Sendable {
    var seconds: [Double] = []

    var median: Double {
        let sorted = seconds.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Runs `body` once to warm up, then for `budget` seconds, at least three times.
    mutating func measure(for budget: Double, _ body: () -> Void) {
        body()
        let clock = ContinuousClock()
        var spent = 0.0
        var runs = 0
        while spent < budget || runs < 3 {
            let elapsed = clock.measure(body) / .seconds(1)
            seconds.append(elapsed)
            spent += elapsed
            runs += 1
        }
    }

    static func median(of budget: Double, _ body: () -> Void) -> Double {
        var timings = Timings()
        timings.measure(for: budget, body)
        return timings.median
    }
}
