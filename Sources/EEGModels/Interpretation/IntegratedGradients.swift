public import EEGTensor
internal import Foundation

/// Shares of each sample in the difference between a window's score and that of a baseline.
public struct IntegratedGradients: Sendable {
    public let attribution: Attribution
    /// For each window: the sum of all shares minus the difference of the scores that it should be. More steps make it smaller.
    public let completenessErrors: [Double]
}

extension Explainer {
    /// Integrates the gradients of a class's score on the straight way from a baseline to each window, times the difference of both.
    ///
    /// Source: M. Sundararajan, A. Taly and Q. Yan, "Axiomatic attribution for deep networks", ICML 2017; the integral by Gauss–Legendre
    /// quadrature.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - baseline: what stands for no signal, of a shape that broadcasts to that of the windows; zeros by default.
    ///   - steps: points of the way at which gradients are computed.
    public func integratedGradients(
        of windows: Tensor, classes: [Int]? = nil, baseline: Tensor? = nil, steps: Int = 32
    ) -> IntegratedGradients {
        require(steps > 0, "integratedGradients: \(steps) steps")
        let classes = self.classes(classes, of: windows)
        let start = (baseline ?? Tensor(0)).broadcast(to: windows.shape)
        let way = windows - start
        var mean = Tensor(zeros: windows.shape)
        for (position, weight) in gaussLegendre(steps) {
            mean += gradient(at: start + way * Float(position), classes: classes) * Float(weight)
        }
        let shares = way * mean
        let sums = shares.sum(over: [1, 2]).scalars
        let (ends, starts) = (scores(of: windows, classes: classes), scores(of: start, classes: classes))
        return IntegratedGradients(
            attribution: attribution(shares, isShare: true, of: windows, classes: classes),
            completenessErrors: sums.indices.map { Double(sums[$0]) - (Double(ends[$0]) - Double(starts[$0])) })
    }
}

/// Positions in 0...1 and weights by which `count` values give the integral of any polynomial up to degree 2 `count` − 1.
func gaussLegendre(_ count: Int) -> [(position: Double, weight: Double)] {
    (1...count).map { index in
        // The roots of the Legendre polynomial, by Newton's method from close estimates.
        var x = cos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
        var slope = 1.0
        for _ in 0..<100 {
            var (previous, value) = (1.0, x)
            for order in 1..<max(count, 1) {
                let n = Double(order)
                let following: Double = ((2 * n + 1) * x * value - n * previous) / (n + 1)
                (previous, value) = (value, following)
            }
            slope = Double(count) * (previous - x * value) / (1 - x * x)
            let step = value / slope
            x -= step
            if abs(step) < 1e-15 { break }
        }
        return ((1 - x) / 2, 1 / ((1 - x * x) * slope * slope))
    }
}
