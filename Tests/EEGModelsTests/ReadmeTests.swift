import EEGData
import EEGModels
import EEGTensor
import Foundation
import Testing

/// The example of the README, which must compile; the test below holds both texts together.
private func readmeExample() throws {
    let recording = try Recording(contentsOf: "session1.edf").picking(.eeg)
    var windows = try recording.windows(inStates: ["eyes open": 0, "eyes closed": 1], length: 1, stride: 0.25)
    windows.removesMean = true
    for fold in try windows.timeBlockFolds(5, blocksPerFold: 2, gap: 1) {
        let scale = try Standardization(fitting: fold.training)
        let training = try DataLoader(fold.training, batchSize: 32, standardization: scale, shuffling: Generator(seed: 1))
        let testing = try DataLoader(fold.testing, batchSize: 32, standardization: scale)

        var model = try EEGNet(windows.shape, generator: Generator(seed: 2))
        let trainer = Trainer(optimizer: .adamW(learningRate: 1e-3), epochs: 40, generator: Generator(seed: 3))
        try trainer.fit(&model, on: training) { print($0) }
        print(try model.evaluate(on: testing)[.balancedAccuracy])
    }
}

@Suite struct ReadmeTests {
    @Test func exampleIsTheOneThatIsCompiledHere() throws {
        let here = URL(fileURLWithPath: #filePath)
        let readme = try String(contentsOf: here.appending(path: "../../../README.md").standardizedFileURL, encoding: .utf8)
        let block = try #require(readme.firstMatch(of: #/```swift\n((?s).*?)```/#)?.1)
        let code = block.split(separator: "\n", omittingEmptySubsequences: true).filter { !$0.hasPrefix("import ") }
        let source = try String(contentsOf: here, encoding: .utf8).split(separator: "\n").map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }
        let start = try #require(source.firstIndex(where: { $0 == code.first }))
        #expect(Array(source[start..<min(start + code.count, source.count)]) == code)
        #expect(code.count <= 20)
        #expect(throws: EEGDataError.self, "there is no such file here") { try readmeExample() }
    }
}
