internal import CFFTW
internal import Synchronization

/// A planned one-dimensional Fourier transform: all that the library knows of FFTW.
///
/// Complex numbers are stored as pairs (real, imaginary). No direction is normalised. Plans are made by FFTW's estimate, not by timing:
/// timing takes from 0.1 s (1,000 samples) to 20 s (a million) for transforms 1.3 to 2 times as fast, and lets the last bits of a result
/// differ from run to run.
final class FourierPlan: @unchecked Sendable {
    enum Kind: Int32 {
        /// `length` reals to `length / 2 + 1` complex numbers.
        case realForward
        /// `length / 2 + 1` complex numbers, which are overwritten, to `length` reals.
        case realInverse
        case complexForward
        case complexInverse
    }

    private struct Key: Hashable {
        let kind: Kind
        let length: Int
        let isDouble: Bool
    }

    /// FFTW's planner, which makes and destroys plans, is not safe to use from several threads; running a plan is.
    private static let planner = Mutex(())
    private static let plans = Mutex<[Key: FourierPlan]>([:])
    private static let mostPlans = 256

    private let key: Key
    private let raw: OpaquePointer

    /// The plan of a transform, from the cache or made now.
    static func plan<Scalar: SignalScalar>(_ kind: Kind, length: Int, _: Scalar.Type) -> FourierPlan {
        require(length > 0 && length <= Int(Int32.max), "Fourier transform: a length of \(length)")
        let key = Key(kind: kind, length: length, isDouble: Scalar.self == Double.self)
        return plans.withLock { plans in
            if let plan = plans[key] { return plan }
            if plans.count >= mostPlans { plans.removeAll() }
            let plan = FourierPlan(key)
            plans[key] = plan
            return plan
        }
    }

    private init(_ key: Key) {
        self.key = key
        let n = Int32(key.length)
        let elements = 2 * (key.length + 1)
        let made = withScratch(elements, Double.self) { input in
            withScratch(elements, Double.self) { output in
                let (input, output) = (UInt(bitPattern: input), UInt(bitPattern: output))
                return Self.planner.withLock { _ in UInt(bitPattern: Self.make(key, n, input, output)) }
            }
        }
        guard let made = OpaquePointer(bitPattern: made) else { fatalError("FFTW gave no plan for \(key.kind) of length \(key.length)") }
        raw = made
    }

    /// A plan from the memory at one address to that at another, which an estimate does not touch.
    private static func make(_ key: Key, _ n: Int32, _ input: UInt, _ output: UInt) -> OpaquePointer? {
        guard let a = UnsafeMutableRawPointer(bitPattern: input), let b = UnsafeMutableRawPointer(bitPattern: output) else { return nil }
        if key.isDouble {
            let (realA, realB) = (a.assumingMemoryBound(to: Double.self), b.assumingMemoryBound(to: Double.self))
            let (complexA, complexB) = (a.assumingMemoryBound(to: fftw_complex.self), b.assumingMemoryBound(to: fftw_complex.self))
            return switch key.kind {
            case .realForward: fftw_plan_dft_r2c_1d(n, realA, complexB, FFTW_ESTIMATE)
            case .realInverse: fftw_plan_dft_c2r_1d(n, complexA, realB, FFTW_ESTIMATE)
            case .complexForward: fftw_plan_dft_1d(n, complexA, complexB, FFTW_FORWARD, FFTW_ESTIMATE)
            case .complexInverse: fftw_plan_dft_1d(n, complexA, complexB, FFTW_BACKWARD, FFTW_ESTIMATE)
            }
        }
        let (realA, realB) = (a.assumingMemoryBound(to: Float.self), b.assumingMemoryBound(to: Float.self))
        let (complexA, complexB) = (a.assumingMemoryBound(to: fftwf_complex.self), b.assumingMemoryBound(to: fftwf_complex.self))
        return switch key.kind {
        case .realForward: fftwf_plan_dft_r2c_1d(n, realA, complexB, FFTW_ESTIMATE)
        case .realInverse: fftwf_plan_dft_c2r_1d(n, complexA, realB, FFTW_ESTIMATE)
        case .complexForward: fftwf_plan_dft_1d(n, complexA, complexB, FFTW_FORWARD, FFTW_ESTIMATE)
        case .complexInverse: fftwf_plan_dft_1d(n, complexA, complexB, FFTW_BACKWARD, FFTW_ESTIMATE)
        }
    }

    deinit {
        let (raw, isDouble) = (UInt(bitPattern: raw), key.isDouble)
        Self.planner.withLock { _ in
            if isDouble { fftw_destroy_plan(OpaquePointer(bitPattern: raw)) } else { fftwf_destroy_plan(OpaquePointer(bitPattern: raw)) }
        }
    }

    /// Runs the transform from `input` to `output`, which must not overlap. Safe on any number of threads at once.
    ///
    /// The plan was made for aligned memory; where a row is not, it goes through an aligned copy.
    func run<Scalar: SignalScalar>(_ input: UnsafeMutablePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>) {
        if UInt(bitPattern: input) % 16 != 0 {
            let count = inputElements
            withScratch(count, Scalar.self) { aligned in
                aligned.update(from: input, count: count)
                run(aligned, output)
            }
        } else if UInt(bitPattern: output) % 16 != 0 {
            let count = outputElements
            withScratch(count, Scalar.self) { aligned in
                execute(input, aligned)
                output.update(from: aligned, count: count)
            }
        } else {
            execute(input, output)
        }
    }

    private var inputElements: Int {
        switch key.kind {
        case .realForward: key.length
        case .realInverse: 2 * (key.length / 2 + 1)
        case .complexForward, .complexInverse: 2 * key.length
        }
    }

    private var outputElements: Int {
        switch key.kind {
        case .realForward: 2 * (key.length / 2 + 1)
        case .realInverse: key.length
        case .complexForward, .complexInverse: 2 * key.length
        }
    }

    private func execute<Scalar: SignalScalar>(_ input: UnsafeMutablePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>) {
        let (a, b) = (UnsafeMutableRawPointer(input), UnsafeMutableRawPointer(output))
        if key.isDouble {
            let (realA, realB) = (a.assumingMemoryBound(to: Double.self), b.assumingMemoryBound(to: Double.self))
            let (complexA, complexB) = (a.assumingMemoryBound(to: fftw_complex.self), b.assumingMemoryBound(to: fftw_complex.self))
            switch key.kind {
            case .realForward: fftw_execute_dft_r2c(raw, realA, complexB)
            case .realInverse: fftw_execute_dft_c2r(raw, complexA, realB)
            case .complexForward, .complexInverse: fftw_execute_dft(raw, complexA, complexB)
            }
        } else {
            let (realA, realB) = (a.assumingMemoryBound(to: Float.self), b.assumingMemoryBound(to: Float.self))
            let (complexA, complexB) = (a.assumingMemoryBound(to: fftwf_complex.self), b.assumingMemoryBound(to: fftwf_complex.self))
            switch key.kind {
            case .realForward: fftwf_execute_dft_r2c(raw, realA, complexB)
            case .realInverse: fftwf_execute_dft_c2r(raw, complexA, realB)
            case .complexForward, .complexInverse: fftwf_execute_dft(raw, complexA, complexB)
            }
        }
    }
}
