import EEGData
import EEGTensor
import Foundation

/// A loader at work: 40 recordings, 200,000 windows, each filtered, resampled and augmented as it is read.
///
/// Peers have nothing alike to be timed beside; what counts is that all processors are busy and that memory stays bounded.
struct LoaderBenchmark {
    private static let recordingCount = 40
    private static let windowsPerRecording = 5000

    func run() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "eeg-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let recordings = try makeRecordings(in: folder)
        let windows = try WindowSet(of: recordings) { recording throws(EEGDataError) in
            try recording.filtered(.bandPass(1...40)).resampled(to: 128).windows(length: 2, stride: 0.5)
        }
        var lines = [
            "| loader | windows | seconds | windows/s | processors busy | busy or waiting for one | peak memory |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        lines.append(try measure("computed as they are read", windows))
        lines.append(try measure("from the cache", windows.cached(in: folder.appending(path: "cache").path)))
        return lines.joined(separator: "\n")
    }

    /// EDF files of 8 channels at 256 Hz: one in ten is simulated, the others are copies of it.
    private func makeRecordings(in folder: URL) throws -> [Recording] {
        let duration = 0.5 * Double(Self.windowsPerRecording + 3)
        let channels = ["Fp1", "Fp2", "C3", "C4", "P3", "P4", "O1", "O2"].map(SimulatedChannel.electrode)
        return try (0..<Self.recordingCount).map { number in
            let path = folder.appending(path: "\(number).edf").path
            if number % 10 == 0 {
                let simulation = RecordingSimulation(
                    channels: channels, samplingRate: 256, schedule: [StateSpan(.eyesOpen, duration: duration)])
                try simulation.simulated(using: Generator(seed: UInt64(number))).recording.writeEDF(to: path)
            } else {
                try FileManager.default.copyItem(atPath: folder.appending(path: "\(number / 10 * 10).edf").path, toPath: path)
            }
            return try Recording(contentsOf: path)
        }
    }

    private func measure(_ name: String, _ windows: WindowSet) throws -> String {
        let loader = try DataLoader(
            windows, batchSize: 64, shuffling: Generator(seed: 1), workers: EEGRuntime.threads, prefetch: 2 * EEGRuntime.threads
        ).transformed(using: Generator(seed: 2)) { signal, generator in
            let noise = Tensor(normalWithMean: 0, standardDeviation: 2, shape: signal.shape, using: &generator)
            return signal * Float.random(in: 0.8...1.25, using: &generator) + noise
        }
        let clock = ContinuousClock()
        let (start, processor, runnable) = (clock.now, processorSeconds(), runnableSeconds())
        var count = 0
        var wanted: Double?
        try loader.forEachBatch(epoch: 0) { batch in
            count += batch.count
            // Before the end, when threads leave and take their figures along.
            guard wanted == nil, count >= windows.count / 20 * 19, let runnable, let now = runnableSeconds() else { return }
            wanted = (now - runnable) / ((clock.now - start) / .seconds(1))
        }
        let seconds = (clock.now - start) / .seconds(1)
        let processors = Double(EEGRuntime.threads)
        let busy = (processorSeconds() - processor) / seconds / processors
        let memory = Double(peakResidentBytes()) / 1e6
        return String(
            format: "| %@ | %d | %.1f | %.0f | %.0f %% | %@ | %.0f MB |", name, count, seconds, Double(count) / seconds, 100 * busy,
            wanted.map { String(format: "%.0f %%", 100 * $0 / processors) } ?? "–", memory)
    }

    private func processorSeconds() -> Double {
        let usage = ownUsage()
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Seconds in which threads that are there now had a processor or waited for one; nil where the system does not tell. Unlike the time that they
    /// had one, it does not depend on what other programs do.
    private func runnableSeconds() -> Double? {
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"), !threads.isEmpty else { return nil }
        return threads.reduce(0) { sum, thread in
            let figures = (try? String(contentsOfFile: "/proc/self/task/\(thread)/schedstat", encoding: .utf8))?.split(separator: " ") ?? []
            return sum + 1e-9 * figures.prefix(2).reduce(0) { $0 + (Double($1) ?? 0) }
        }
    }

    private func peakResidentBytes() -> Int {
        #if os(Linux)
            return Int(ownUsage().ru_maxrss) * 1024
        #else
            return Int(ownUsage().ru_maxrss)
        #endif
    }

    private func ownUsage() -> rusage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        return usage
    }
}
