import GoldenFiles
import Testing

@Suite struct GoldenFileTests {
    @Test func fillRuleGivesTheStatedValues() {
        let expected = [0.53260351, -0.74793796, 0.40186248, 0.26575252]
        for (value, expected) in zip(goldenFill(seed: 1, count: 4), expected) {
            #expect(abs(value - expected) < 5e-9)
        }
    }

    @Test func everySignalFileCanBeRead() throws {
        let files = try GoldenFile.all(in: "signal")
        #expect(files.count >= 36)
        for file in files {
            for (name, shape) in file.description.outputs { #expect(try file.tensor(name).shape == shape, "\(file.name) \(name)") }
        }
    }
}
