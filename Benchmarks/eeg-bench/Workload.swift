import EEGTensor

/// A computation that is timed here and in peer programs on the same inputs.
struct Workload: Sendable {
    /// The heading under which it is listed.
    let group: String
    let name: String
    /// Ways of computing it with this library: all are timed, the first is compared with the peers.
    let implementations: [Implementation]
    /// Ways of computing it elsewhere.
    let peers: [PeerTask]
    /// The floating-point operations that it needs.
    let floatingPointOperations: Double
    /// The bytes that move between memory and processor if every tensor is read or written once.
    let bytes: Double

    struct Implementation: Sendable {
        /// Such as `Float`; empty where there is but one.
        let label: String
        /// Makes the inputs and returns what is timed.
        let prepare: @Sendable () -> Prepared
    }

    struct Prepared {
        /// The computation.
        let run: () -> Void
        /// The sum of the magnitudes of the result, to be compared with the peers'; nil where they need not be equal.
        var checksum: Double?
    }
}

/// A computation by a peer program.
struct PeerTask: Sendable {
    /// The library that computes it, such as `PyTorch`.
    let library: String
    /// The script that runs it: `torch` stands for `peers_torch.py`.
    let script: String
    /// Ways in which the script can run it, each timed: for PyTorch `eager` and `channels-last`.
    let modes: [String]
    let request: Request

    /// What the script is told; its `prepare` function gives these a meaning.
    struct Request: Sendable, Codable {
        var task: String
        /// The shapes of the operands, which are filled by `benchmarkInput` on both sides.
        var shapes: [[Int]] = []
        /// Which operands are differentiated; empty for a forward computation.
        var differentiated: [Bool] = []
        var mode = ""
    }
}

/// Numbers between -1 and 1 that the peer scripts make too: element j of operand i is a hash of both.
func benchmarkInput(_ shape: Shape, operand: Int) -> Tensor {
    Tensor(
        (0..<shape.elementCount).map { index in
            let hash = UInt32(truncatingIfNeeded: index &+ operand &* 7919) &* 2_654_435_761
            return Float(hash >> 8) / Float(1 << 23) - 1
        }, shape: shape)
}

/// The sum of the magnitudes of all elements.
func checksum(_ tensor: Tensor) -> Double { tensor.scalars.reduce(0) { $0 + abs(Double($1)) } }
