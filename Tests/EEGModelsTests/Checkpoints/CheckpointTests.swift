import EEGFiles
import EEGModels
import EEGTensor
import Foundation
import Testing

@Suite struct CheckpointTests {
    private func network(seed: UInt64, outputs: Int = 2) throws -> EEGNet {
        var configuration = EEGNet.Configuration()
        configuration.temporalFilters = 4
        configuration.kernelLength = 16
        let shape = SignalShape(channels: 3, samples: 128, samplingRate: 128, outputs: outputs)
        return try EEGNet(shape, configuration, generator: Generator(seed: seed))
    }

    private func values(_ model: some Model) -> [Tensor] { (model.scope.store.parameters + model.scope.store.buffers).map(\.value) }

    private func scores(_ model: some Model) -> Tensor {
        var generator = Generator(seed: 9)
        let x = Tensor(normalWithMean: 0, shape: [4, 3, 128], using: &generator)
        var context = ForwardContext.inference
        return model(x, &context)
    }

    /// The arrays of a file, changed, in another file.
    private func rewritten(
        _ path: String, as name: String, in folder: TemporaryFolder, _ change: (inout [(name: String, array: NumericArray)]) -> Void
    ) throws -> String {
        let file = try SafetensorsFile(contentsOf: path)
        var arrays = try file.entries.map { (name: $0.name, array: try file.array($0.name)) }
        change(&arrays)
        let result = folder.path(name)
        try SafetensorsFile.write(arrays, metadata: file.metadata, to: result)
        return result
    }

    @Test func savedValuesComeBackBitForBit() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        let other = try network(seed: 2)
        #expect(values(other) != values(model))
        try other.load(from: path)
        #expect(values(other) == values(model))
        let third = try EEGNet(contentsOf: path)
        #expect(values(third) == values(model) && third.configuration == model.configuration && third.shape == model.shape)
        #expect(scores(third) == scores(model))
        let file = try SafetensorsFile(contentsOf: path)
        #expect(file.metadata["model"] == "EEGNet" && file.metadata["format"] == "pt")
        #expect(file.entries.map(\.name).contains("conv_spatial.parametrizations.weight.original"))
    }

    @Test func namesThatDoNotFitAreReportedTogether() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        let changed = try rewritten(path, as: "other.safetensors", in: folder) { arrays in
            for (index, entry) in arrays.enumerated() where entry.name == "bnorm_1.weight" { arrays[index].name = "bnorm1.weight" }
            for (index, entry) in arrays.enumerated() where entry.name == "bnorm_2.bias" {
                arrays[index].array = NumericArray(shape: [3], values: .float([0, 0, 0]))
            }
            arrays.append(("something.else.entirely", NumericArray(shape: [1], values: .float([0]))))
        }
        let before = values(model)
        let error = try #require(#expect(throws: CheckpointError.self) { try model.load(from: changed) })
        let count = model.configuration.temporalFilters * 2
        #expect(
            error
                == .keys(
                    file: changed,
                    [
                        .shape("bnorm_2.bias", expected: [count], found: [3]), .missing("bnorm_1.weight", nearest: "bnorm1.weight"),
                        .unexpected("bnorm1.weight", nearest: "bnorm_1.weight"), .unexpected("something.else.entirely", nearest: nil),
                    ]))
        #expect("\(error)".contains("bnorm_1.weight is missing; the file has bnorm1.weight") && "\(error)".contains(changed))
        #expect(values(model) == before, "nothing is changed unless all fits")
    }

    @Test func anotherHeadIsKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        try network(seed: 1).save(to: path)
        let model = try network(seed: 2, outputs: 5)
        #expect(throws: CheckpointError.self) { try model.load(from: path) }
        let head = model.parameters.filter { $0.name.hasPrefix("final_layer.") }.map(\.value)
        try model.load(from: path, .replacingHead)
        #expect(model.parameters.filter { $0.name.hasPrefix("final_layer.") }.map(\.value) == head)
        #expect(model.parameters[0].value == (try EEGNet(contentsOf: path)).parameters[0].value)
    }

    @Test func otherNamesAreMapped() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        let prefixed = try rewritten(path, as: "parallel.safetensors", in: folder) { arrays in
            for index in arrays.indices { arrays[index].name = "module." + arrays[index].name }
        }
        let other = try network(seed: 2)
        try other.load(from: prefixed, CheckpointLoading { $0.hasPrefix("module.") ? String($0.dropFirst(7)) : $0 })
        #expect(values(other) == values(model))
    }

    @Test func otherElementTypesAreConverted() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        let wide = try rewritten(path, as: "wide.safetensors", in: folder) { arrays in
            arrays = arrays.map { ($0.name, NumericArray(shape: $0.array.shape, values: .double($0.array.doubles))) }
            arrays.append(("bnorm_1.num_batches_tracked", NumericArray(shape: [], values: .int64([7]))))
        }
        let other = try network(seed: 2)
        try other.load(from: wide)
        #expect(values(other) == values(model))
        let whole = try rewritten(path, as: "whole.safetensors", in: folder) { arrays in
            arrays[0].array = NumericArray(shape: arrays[0].array.shape, values: .int32(Array(repeating: 1, count: arrays[0].array.count)))
        }
        let name = model.parameters[0].name
        #expect(throws: CheckpointError.elementType(file: whole, key: name, found: "I32")) { try other.load(from: whole) }
    }

    /// A file as PyTorch writes it, in half precision: bits by hand.
    @Test func halfPrecisionIsConverted() throws {
        struct Scale: Model {
            let scope = ParameterScope(generator: Generator(seed: 1))
            let shape = SignalShape(channels: 1, samples: 1, samplingRate: 1, outputs: 1)
            let weight: Parameter
            init() { weight = scope.parameter("weight", [2], .constant(0)) }
            func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { x * weight.value.sum() }
        }
        let folder = try TemporaryFolder()
        for (type, bits, expected) in [("F16", [UInt16(0x3C00), 0xC100], [Float(1), -2.5]), ("BF16", [0x3F80, 0xC020], [1, -2.5])] {
            let header = Array("{\"weight\":{\"dtype\":\"\(type)\",\"shape\":[2],\"data_offsets\":[0,4]}}".utf8)
            let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
            let path = folder.path("\(type).safetensors")
            let data = bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
            try Data(length + header + data).write(to: URL(fileURLWithPath: path))
            let model = Scale()
            try model.load(from: path)
            #expect(model.weight.value.scalars == expected, "\(type)")
        }
    }

    @Test func foreignAndBrokenFilesThrow() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let before = values(model)
        #expect(throws: CheckpointError.self) { try model.load(from: folder.path("missing")) }
        var generator = Generator(seed: 4)
        for round in 0..<200 {
            var broken = bytes
            if round < 60 {
                broken = broken.prefix(round * bytes.count / 60)
            } else {
                for _ in 0..<4 { broken[Int.random(in: 0..<900, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            }
            let name = folder.path("broken.safetensors")
            try broken.write(to: URL(fileURLWithPath: name))
            // A change may leave a valid file; what must not happen is a trap or an error of another kind.
            do {
                try model.load(from: name)
                for (parameter, value) in zip(model.scope.store.parameters + model.scope.store.buffers, before) { parameter.value = value }
            } catch {
                #expect("\(error)".hasPrefix(name))
                #expect(values(model) == before)
            }
            do { _ = try EEGNet(contentsOf: name) } catch is CheckpointError {} catch is ConfigurationError {}
        }
    }

    @Test func metadataOutOfRangeThrow() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        try network(seed: 1).save(to: path)
        let file = try SafetensorsFile(contentsOf: path)
        let arrays = try file.entries.map { (name: $0.name, array: try file.array($0.name)) }
        for (key, value) in [
            ("model", "OtherNet"), ("model", nil), ("signal_shape", nil), ("signal_shape", "{}"), ("configuration", nil),
            ("configuration", "[1]"),
            ("configuration", file.metadata["configuration"]?.replacing("\"temporalFilters\":4", with: "\"temporalFilters\":4000000000")),
            ("signal_shape", "{\"channels\":-3,\"samples\":128,\"samplingRate\":128,\"outputs\":2}"),
            ("signal_shape", "{\"channels\":9223372036854775807,\"samples\":128,\"samplingRate\":128,\"outputs\":2}"),
        ] {
            var metadata = file.metadata
            metadata[key] = value
            let name = folder.path("changed.safetensors")
            try SafetensorsFile.write(arrays, metadata: metadata, to: name)
            let error = #expect(throws: CheckpointError.self, "\(key): \(value ?? "none")") { try EEGNet(contentsOf: name) }
            if case .metadata(name, key, _, _) = error {} else { Issue.record("\(key): \(value ?? "none"): \(String(describing: error))") }
        }
    }

    /// Each number is within its bounds, but the last layer would have 4 · 10⁹ weights.
    @Test func aNetworkFarBeyondTheFileThrows() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        try network(seed: 1).save(to: path)
        let file = try SafetensorsFile(contentsOf: path)
        let arrays = try file.entries.map { (name: $0.name, array: try file.array($0.name)) }
        var metadata = file.metadata
        metadata["signal_shape"] = "{\"channels\":8,\"samples\":4194304,\"samplingRate\":128,\"outputs\":4096}"
        try SafetensorsFile.write(arrays, metadata: metadata, to: path)
        let error = #expect(throws: CheckpointError.self) { try EEGNet(contentsOf: path) }
        if case .metadata(path, "configuration", _, _) = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test func whatCannotBeWrittenThrowsAndLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let model = try network(seed: 1)
        try model.save(to: path)
        #expect(throws: CheckpointError.self) { try model.save(to: folder.path("no/such/folder/model.safetensors")) }
        #expect(try EEGNet(contentsOf: path).parameters[0].value == model.parameters[0].value)
    }
}
