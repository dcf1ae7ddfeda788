import EEGData
import EEGTensor
import Testing

@Suite struct SplitTests {
    /// Twelve recordings of six subjects, two sessions each, with different numbers of windows of two classes.
    private func windows() throws -> WindowSet {
        let recordings = try (0..<12).map { number in
            let stages = [
                Annotation(onset: 0, duration: Double(2 + number), text: "a"),
                Annotation(onset: 20, duration: Double(12 - number), text: "b"),
            ]
            var recording = try noiseRecording(["Cz"], seconds: 40, rate: 10, seed: UInt64(number), annotations: stages)
            recording.subject = "S\(number / 2)"
            recording.session = "session\(number % 2)"
            return recording
        }
        return try WindowSet(of: recordings) { recording throws(EEGDataError) in
            try recording.windows(inStates: ["a": 0, "b": 1], length: 1, stride: 1)
        }
    }

    private func subjects(_ windows: WindowSet) -> Set<String> { Set(windows.windows.compactMap { windows.metadata(of: $0).subject }) }

    @Test(arguments: [false, true]) func foldsNeverShareASubject(isStratified: Bool) throws {
        let all = try windows()
        let folds = try all.folds(3, by: .subject, stratified: isStratified, using: Generator(seed: 3))
        var tested: [Window] = []
        for fold in folds {
            #expect(subjects(fold.training).isDisjoint(with: subjects(fold.testing)))
            #expect(fold.training.count + fold.testing.count == all.count)
            #expect(subjects(fold.testing).count == 2)
            tested += fold.testing.windows
        }
        #expect(tested.count == all.count && Set(tested).count == all.count)
        if isStratified {
            for fold in folds {
                let share = Double(fold.testing.classCounts[0]) / Double(fold.testing.count)
                #expect(abs(share - 0.5) < 0.2, "\(fold.testing.classCounts)")
            }
        }
        #expect(try all.leavingOneOut(by: .subject).count == 6)
    }

    @Test func namedSubjectsAndSessionsAreHeldOut() throws {
        let all = try windows()
        let bySubject = try all.split(testingSubjects: ["S1", "S4"])
        #expect(subjects(bySubject.testing) == ["S1", "S4"] && subjects(bySubject.training) == ["S0", "S2", "S3", "S5"])
        let (training, testing) = try (all.split(testingSessions: ["session1"]).training, all.split(testingSessions: ["session1"]).testing)
        #expect(Set(testing.windows.map { testing.metadata(of: $0).session }) == ["session1"])
        #expect(Set(training.windows.map { training.metadata(of: $0).session }) == ["session0"])
        #expect(throws: EEGDataError.self) { try all.split(testingSubjects: ["S9"]) }
        #expect(throws: EEGDataError.self) { try all.split(testingSessions: ["S9"]) }
        #expect(throws: EEGDataError.self) { try noiseRecording().windows(length: 1).split(testingSubjects: ["S1"]) }
    }

    @Test func recordingsOfOneFileStayTogether() throws {
        let folder = try TemporaryFolder()
        let paths = try (0..<3).map { number in
            let path = folder.path("\(number).edf")
            try noiseRecording(["Cz"], seed: UInt64(number)).requantized(bits: 16).writeEDF(to: path)
            return path
        }
        let files = try (paths + paths).map { try Recording(contentsOf: $0) }
        let all = try WindowSet(of: files) { recording throws(EEGDataError) in try recording.windows(length: 1) }
        for fold in try all.folds(3, by: .recording) {
            func opened(_ windows: WindowSet) -> Set<String?> { Set(windows.windows.map { windows.metadata(of: $0).path }) }
            #expect(opened(fold.training).isDisjoint(with: opened(fold.testing)) && fold.testing.count == 40)
        }
        #expect(throws: EEGDataError.self) { try all.folds(4, by: .recording) }
    }

    @Test func sharesAreDrawnByGroup() throws {
        let all = try windows()
        let parts = try all.split(shares: [0.5, 0.25, 0.25], by: .subject, using: Generator(seed: 1))
        #expect(parts.map { subjects($0).count }.reduce(0, +) == 6 && parts.map(\.count).reduce(0, +) == all.count)
        #expect(subjects(parts[0]).isDisjoint(with: subjects(parts[1])) && subjects(parts[1]).isDisjoint(with: subjects(parts[2])))
        let again = try all.split(shares: [0.5, 0.25, 0.25], by: .subject, using: Generator(seed: 1))
        #expect(zip(parts, again).allSatisfy { $0.windows == $1.windows })
        #expect(throws: EEGDataError.self) { try all.split(shares: [0.5, 0.6], by: .subject, using: Generator(seed: 1)) }
        #expect(throws: EEGDataError.self) { try all.folds(7, by: .subject) }
        #expect(throws: EEGDataError.self) { try all.folds(1, by: .subject) }
    }
}
