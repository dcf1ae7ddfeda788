import EEGData
import EEGModels
import EEGTensor
import Synchronization

/// The autoreject baseline: bad channels are interpolated window by window, by what is learnt from each recording itself, without labels.
final class ChannelRepair: Sendable {
    private let variant: AutoReject.Variant
    private let seed: UInt64
    private let out: Output
    /// What was learnt from recordings as they are, by file.
    private let known = Mutex<[String: AutoReject]>([:])

    init(_ settings: TrainingSettings, out: Output) {
        variant = settings.autorejectSearch == .asPublished ? .asPublished : .corrected
        seed = settings.seed
        self.out = out
    }

    /// Learns from each recording of a source, one after the other.
    ///
    /// Where that fails, the windows of the recording stay as they are, as published; here with a warning.
    ///
    /// - Parameter loader: in the order of recordings.
    /// - Parameter isCorrupted: whether the loader changes the signals, so that nothing is known of them from before.
    func fitted(to loader: DataLoader, isCorrupted: Bool) throws -> RepairTransform {
        let recordings = loader.windows.recordings
        let positions = try Self.positions(of: recordings[0])
        var repairs: [Int: AutoReject] = [:]
        var windows: [Tensor] = []
        var current = 0
        var failures = 0
        func learn() {
            guard !windows.isEmpty else { return }
            defer { windows = [] }
            let path = isCorrupted ? nil : recordings[current].path
            if let path, let repair = known.withLock({ $0[path] }) {
                repairs[current] = repair
                return
            }
            do throws(ClassicalModelError) {
                let repair = try AutoReject(
                    fittedTo: concatenate(windows), positions: positions, variant: variant, generator: Generator(seed: seed))
                repairs[current] = repair
                if let path { known.withLock { $0[path] = repair } }
            } catch {
                failures += 1
                out("WARNING: autoreject failed on \(recordings[current].path ?? "recording \(current)"), which is used as it is: \(error)")
            }
        }
        try loader.forEachBatch(epoch: 0) { batch in
            for (index, recording) in batch.recordings.enumerated() {
                if recording != current {
                    learn()
                    current = recording
                }
                windows.append(batch.signals.sliced(axis: 0, index..<(index + 1)))
            }
        }
        learn()
        if failures > 0 { out("WARNING: autoreject failed on \(failures) of \(recordings.count) recordings") }
        return RepairTransform(repairs: repairs)
    }

    /// The places of the electrodes: of the first one, where a channel is the difference of two.
    private static func positions(of recording: Recording) throws -> ElectrodePositions {
        let names = recording.channels.map(\.scalpElectrode)
        guard names.count >= 4 else {
            throw RunError("autoreject needs 4 electrodes, the recordings have \(names.count): \(names.joined(separator: ", "))")
        }
        guard let positions = ElectrodePositions.standard(names) else {
            throw RunError("autoreject needs electrodes of the 10-05 system, the channels are \(names.joined(separator: ", "))")
        }
        return positions
    }
}

extension Channel {
    /// `F3` of `F3-M2`.
    var scalpElectrode: String { String((electrode ?? name).prefix { $0 != "-" }) }
}

/// Interpolates bad channels of windows, by what was learnt from their recordings.
struct RepairTransform: BatchTransform {
    let repairs: [Int: AutoReject]

    func transform(_ batch: inout Batch, epoch: Int, place: Int) throws {
        var windows: [Tensor] = []
        for (index, recording) in batch.recordings.enumerated() {
            let window = batch.signals.sliced(axis: 0, index..<(index + 1))
            windows.append(try repairs[recording].map { try $0.repair(window).signals } ?? window)
        }
        batch.signals = concatenate(windows)
    }
}
