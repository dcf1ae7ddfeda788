internal import CEEGKernels

/// Settings and measurements of the library as a whole: threads, instruction set, memory.
public enum EEGRuntime {
    /// The instruction sets that kernels are compiled for.
    public enum InstructionSet: Int32, CaseIterable, Sendable {
        /// SSE2 on x86-64, NEON on arm64.
        case base = 0
        /// AVX2 with FMA.
        case avx2 = 1
        /// AVX-512 F, VL, DQ and BW.
        case avx512 = 2

        /// Whether this processor can run it.
        public var isSupported: Bool { ceeg_isa_supported(rawValue) }
    }

    /// How dense convolutions along time can be computed. Which one is the cheaper follows from the shapes alone.
    public enum ConvolutionAlgorithm: Int32, Sendable {
        /// By the definition.
        case direct = 0
        /// By Fourier transforms of overlapping blocks, where the convolution is dense, with stride and dilation 1, along one axis.
        case fourier = 1
    }

    /// The number of threads that operations use, the calling one included.
    ///
    /// Starts as the environment variable `EEG_NUM_THREADS`, else as the number of processors this process may run on.
    public static var threads: Int {
        get { Int(ceeg_threads()) }
        set { ceeg_set_threads(Int32(clamping: newValue)) }
    }

    /// The instruction set that kernels use: the best one supported, unless the environment variable `EEG_ISA` names another.
    public static var instructionSet: InstructionSet { InstructionSet(rawValue: ceeg_isa()) ?? .base }

    /// Runs `body` with its operations limited to an instruction set, a number of threads and an algorithm of convolutions: for tests and
    /// measurements, and for work that is shared out above, such as several networks that are trained at a time on a thread each.
    ///
    /// The environment variable `EEG_CONVOLUTION` (`direct` or `fourier`) sets the algorithm for a whole process.
    ///
    /// - Precondition: the processor supports `instructionSet`.
    public static func with<Result>(
        instructionSet: InstructionSet? = nil, threads: Int? = nil, convolution: ConvolutionAlgorithm? = nil, _ body: () throws -> Result
    ) rethrows -> Result {
        let outerConvolution = ceeg_convolution_overridden()
        let outerISA = ceeg_isa_overridden()
        let outerThreads = ceeg_threads_overridden()
        if let instructionSet {
            require(ceeg_isa_override(instructionSet.rawValue), "EEGRuntime: this processor does not support \(instructionSet)")
        }
        if let threads { ceeg_threads_override(Int32(clamping: threads)) }
        if let convolution { ceeg_convolution_override(convolution.rawValue) }
        defer {
            _ = ceeg_isa_override(outerISA)
            ceeg_threads_override(outerThreads)
            ceeg_convolution_override(outerConvolution)
        }
        return try body()
    }

    /// Bytes held for tensors, counting buffers above 64 KiB.
    public struct Memory: Sendable {
        /// Bytes in use by tensors.
        public var live: Int
        /// Bytes of freed buffers kept for reuse.
        public var cached: Int
        /// The most that `live` has been.
        public var peak: Int
    }

    /// How much memory tensors use at this moment.
    public static var memory: Memory { BufferCache.shared.memory }

    /// The most bytes of freed buffers that are kept for reuse (at first a quarter of the machine's memory); what exceeds it goes back
    /// to the system.
    public static var cacheLimit: Int {
        get { BufferCache.shared.limit }
        set { BufferCache.shared.limit = newValue }
    }

    /// Gives all freed buffers back to the system and restarts the count of peak bytes.
    public static func trimMemory() { BufferCache.shared.trim() }
}
