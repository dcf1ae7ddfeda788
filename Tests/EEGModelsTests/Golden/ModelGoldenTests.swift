import EEGModels
import Foundation
import GoldenFiles
import Testing

/// Outputs, gradients and updated statistics of whole models, in full, against numbers computed in Double by the reference.
@Suite struct ModelGoldenTests {
    static let files = Result { try GoldenModelFile.all(in: "braindecode") }

    /// The files of models that the library has.
    static var covered: [GoldenModelFile] { ((try? files.get()) ?? []).filter { goldenModels[$0.description.model] != nil } }

    @Test(arguments: covered)
    func model(_ file: GoldenModelFile) throws {
        let model = try #require(goldenModels[file.description.model])
        let failures = try GoldenModelCheck(file, model).failures
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }

    @Test func everyModelOfTheZooHasFiles() throws {
        let names = Set(try Self.files.get().map(\.description.model))
        let without = goldenModels.keys.filter { !names.contains($0) }.sorted()
        #expect(without.isEmpty, "no golden files for \(without)")
        let notCovered = names.subtracting(goldenModels.keys).sorted()
        if !notCovered.isEmpty { print("Golden: not covered: \(notCovered.joined(separator: ", "))") }
    }

    /// The check itself must be able to fail: another epsilon, another pooling, a wrong parameter name.
    @Test func aWrongModelIsNoticed() throws {
        let file = try #require(try Self.files.get().first { $0.name.hasSuffix("EEGNet/default_eval") })
        let other = GoldenModel { golden in
            var configuration = EEGNet.Configuration()
            configuration.pooling = .maximum
            return try EEGNet(golden.scope, golden.shape, configuration)
        }
        #expect(try !GoldenModelCheck(file, other).failures.isEmpty)
        let renamed = GoldenModel { golden in try EEGNet(golden.scope.child("net"), golden.shape) }
        #expect(try !GoldenModelCheck(file, renamed).failures.isEmpty)
    }
}

extension GoldenModelFile: CustomTestStringConvertible {
    var testDescription: String { name }
}
