import EEGModelTesting
import EEGModels
import EEGTensor
import Foundation
import Testing

/// What holds for every network of the zoo.
@Suite struct ZooTests {
    @Test(arguments: zooSmallModels)
    func featuresFeedScores(_ small: ZooSmallModel) throws {
        let model = try small.model()
        let x = windows(small.shape)
        var context = ForwardContext.inference
        let scores = model(x, &context)
        #expect(Array(scores.shape.prefix(2)) == [3, small.shape.outputs])
        #expect(scores == model.scores(model.features(x, &context), &context))
        #expect(scores.scalars.allSatisfy { $0.isFinite })
        #expect(model.shape == small.shape)
    }

    @Test(arguments: zooSmallModels)
    func theHeadIsReplacedAndTheRestIsKept(_ small: ZooSmallModel) throws {
        let model = try small.model()
        for buffer in model.scope.store.buffers { buffer.update { $0 = $0 + 0.25 } }
        let other = try model.resettingHead(outputs: small.shape.outputs + 2, generator: Generator(seed: 9))
        func isHead(_ name: String) -> Bool { type(of: model).headNames.contains { name == $0 || name.hasPrefix($0 + ".") } }
        let (before, after) = (model.scope.store, other.scope.store)
        #expect(before.parameters.map(\.name) == after.parameters.map(\.name))
        #expect(before.parameters.contains { isHead($0.name) })
        for (old, new) in zip(before.parameters + before.buffers, after.parameters + after.buffers) where !isHead(old.name) {
            #expect(old.value == new.value, "\(old.name)")
        }
        let x = windows(small.shape)
        var context = ForwardContext.inference
        #expect(model.features(x, &context) == other.features(x, &context))
        #expect(Array(other(x, &context).shape.prefix(2)) == [3, small.shape.outputs + 2])
        #expect(throws: ConfigurationError.self) { try model.resettingHead(outputs: 0, generator: Generator(seed: 9)) }
    }

    /// A copied network computes the same and is trained apart; a plain copy shares its parameters.
    @Test func copiesApart() throws {
        let model = try EEGNet(SignalShape(channels: 3, samples: 256, samplingRate: 128, outputs: 2), generator: Generator(seed: 1))
        let (plain, copy) = (model, try model.copied())
        let x = windows(model.shape)
        var context = ForwardContext.inference
        let before = model(x, &context)
        #expect(copy(x, &context) == before)
        for parameter in model.parameters { parameter.value = parameter.value * 0.5 }
        #expect(copy(x, &context) == before)
        #expect(plain(x, &context) == model(x, &context) && plain(x, &context) != before)
    }

    @Test func otherWindowsAndBoundlessSizesAreRefused() async throws {
        let result = try #require(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let model = try EEGNet(SignalShape(channels: 3, samples: 256, samplingRate: 128, outputs: 2), generator: Generator(seed: 1))
                var context = ForwardContext.inference
                _ = model(Tensor(zeros: [2, 3, 300]), &context)
            })
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("windows of shape [2, 3, 300]"))
        #expect(throws: ConfigurationError.self) {
            try EEGNet(SignalShape(channels: 3, samples: 256, samplingRate: 128, outputs: 1 << 30), generator: Generator(seed: 1))
        }
    }

    /// Every length either gives scores or throws; short windows never trap.
    @Test(arguments: zooSmallModels)
    func windowsTooShortThrow(_ small: ZooSmallModel) throws {
        for samples in [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 70, 100, 150] where samples < small.shape.samples {
            for channels in Set([1, small.shape.channels]) {
                let shape = SignalShape(channels: channels, samples: samples, samplingRate: small.shape.samplingRate, outputs: 2)
                expectScoresOrError(small, shape, small.configuration)
            }
        }
    }

    /// Every number of a configuration replaced by others: scores or an error, never a trap.
    @Test(arguments: zooSmallModels)
    func configurationsOutOfRangeThrow(_ small: ZooSmallModel) throws {
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(small.configuration))
        let settings = try #require(json as? [String: Any])
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            for other in replacements(of: value) {
                var changed = settings
                changed[key] = other
                let configuration = try decoded(changed, like: small.configuration)
                let isOutOfRange = (other as? Double).map { $0 < 0 } ?? false
                let works = expectScoresOrError(small, small.shape, configuration)
                #expect(!works || !isOutOfRange, "\(small.name): \(key) = \(other) was accepted")
            }
        }
        #expect(try decoded(settings, like: small.configuration).isEqual(to: small.configuration))
    }

    private func replacements(of value: Any) -> [Any] {
        if let values = value as? [Any] {
            guard !values.isEmpty else { return [] }
            let elements = values.indices.flatMap { index in
                replacements(of: values[index]).map { other in
                    var changed = values
                    changed[index] = other
                    return changed
                }
            }
            return elements + [[], Array(values.dropLast()), values + [values[values.count - 1]]]
        }
        if let settings = value as? [String: Any] {
            return settings.flatMap { key, value in
                replacements(of: value).map { other in
                    var changed = settings
                    changed[key] = other
                    return changed
                }
            }
        }
        guard let number = value as? NSNumber, !(value is String) else { return [] }
        if number.objCType.pointee == CChar(UInt8(ascii: "c")) { return [!number.boolValue] }
        return [-1.0, 0.0, 1.0, 2.0, 3.0, 7.0, 4e18]
    }

    private func decoded<C: ModelConfiguration>(_ settings: [String: Any], like configuration: C) throws -> any ModelConfiguration {
        try JSONDecoder().decode(C.self, from: JSONSerialization.data(withJSONObject: settings))
    }

    @discardableResult
    private func expectScoresOrError(_ small: ZooSmallModel, _ shape: SignalShape, _ configuration: any ModelConfiguration) -> Bool {
        do {
            let model = try small.build(shape, configuration, Generator(seed: 1))
            var context = ForwardContext.inference
            let scores = model(windows(shape), &context)
            #expect(Array(scores.shape.prefix(2)) == [3, shape.outputs])
            return true
        } catch {
            #expect(error is ConfigurationError, "\(small.name): \(error)")
            return false
        }
    }

    /// Samples that are no power of two: what the decoder gives is as long as what the encoder had.
    @Test func uSleepWithoutSkipConnectionsGivesOneScoreAClass() throws {
        let shape = SignalShape(channels: 2, samples: 300, samplingRate: 128, outputs: 5)
        var configuration = USleep.Configuration()
        configuration.depth = 8
        configuration.hasSkipConnections = false
        let model = try USleep(shape, configuration, generator: Generator(seed: 1))
        var context = ForwardContext.inference
        #expect(model(windows(shape), &context).shape == [3, 5])
    }

    private func windows(_ shape: SignalShape) -> Tensor {
        var generator = Generator(seed: 5)
        return Tensor(normalWithMean: 0, shape: [3, shape.channels, shape.samples], using: &generator)
    }
}

extension ModelConfiguration {
    fileprivate func isEqual(to other: any ModelConfiguration) -> Bool { (other as? Self) == self }
}

extension ZooSmallModel: CustomTestStringConvertible {
    var testDescription: String { name }
}
