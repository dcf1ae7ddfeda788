import EEGModelTesting
import EEGModels
import EEGTensor
import Foundation
import GoldenFiles
import Testing

/// The dynamic spatial filter, its features and its threshold against the original program in Double.
@Suite struct DynamicSpatialFilterGoldenTests {
    static let files = Result { try GoldenModelFile.all(in: "dsf") }

    @Test func allFilesAreThere() throws { #expect(try Self.files.get().count >= 24) }

    @Test(arguments: (try? files.get()) ?? [])
    func filter(_ file: GoldenModelFile) throws {
        let model =
            if file.name.contains("soft_threshold") {
                softThresholdGolden
            } else if file.name.contains("features_") {
                featuresGolden
            } else {
                GoldenModel(dynamicSpatialFilter) { try outputs($0, $1["input"], features: $1["input_features"], &$2) }
            }
        let failures = try GoldenModelCheck(file, model, separate: ["input_fixed_features"]).failures
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }

    /// With the features held constant, the gradient to the window goes through W X alone.
    @Test(arguments: ((try? files.get()) ?? []).filter { $0.tensors["grad:input_fixed_features"] != nil })
    func filterWithFixedFeatures(_ file: GoldenModelFile) throws {
        var changed = file
        changed.tensors["grad:input"] = file.tensors["grad:input_fixed_features"]
        let model = GoldenModel(dynamicSpatialFilter) { filter, inputs, context in
            let features = inputs["input"].map { filter.configuration.features($0.detached()) }
            return try outputs(filter, inputs["input"], features: features.map { $0.flattenedBands }, &context)
        }
        // Windows with several bands take no features from outside.
        guard file.description.inputs[0].shape.count == 3 else { return }
        let failures = try GoldenModelCheck(changed, model, separate: ["input_fixed_features"]).failures
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }
}

/// The filter and the sleep stager together, and the stager alone.
@Suite struct SpatiallyFilteredStagerGoldenTests {
    static let files = Result { try GoldenModelFile.all(in: "dsf_stager") }

    @Test func allFilesAreThere() throws { #expect(try Self.files.get().count >= 11) }

    @Test(arguments: (try? files.get()) ?? [])
    func stager(_ file: GoldenModelFile) throws {
        let model = GoldenModel({ try StagerCase($0) }, leftOut: file.name.contains("_features_") ? ["fc"] : []) { stager, inputs, context in
            guard let input = inputs["input"] else { throw GoldenError("no input") }
            let features = stager.model.features(input, &context)
            var outputs = ["output": stager.givesFeatures ? features : stager.model.scores(features, &context)]
            outputs["features"] = stager.model.filter.map { $0.configuration.features(input.expandingDimensions(at: 1)) }
            return outputs
        }
        let failures = try GoldenModelCheck(file, model, separate: ["input_fixed_features"]).failures
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }

    /// The filter's features computed before: the same scores, and the gradient to the window goes through W X alone.
    @Test(arguments: ((try? files.get()) ?? []).filter { $0.tensors["gradsum:input_fixed_features"] != nil })
    func stagerWithFixedFeatures(_ file: GoldenModelFile) throws {
        var changed = file
        for kind in ["grad", "gradhead", "gradsum"] {
            changed.tensors["\(kind):input"] = file.tensors["\(kind):input_fixed_features"]
        }
        let model = GoldenModel({ try StagerCase($0).model }) { stager, inputs, context in
            guard let input = inputs["input"], let filter = stager.filter else { throw GoldenError("no input or no filter") }
            let features = filter.configuration.features(input.detached())
            let scores = stager(input, filterFeatures: features, &context)
            return ["output": scores, "features": features.expandingDimensions(at: 1)]
        }
        let failures = try GoldenModelCheck(changed, model, separate: ["input_fixed_features"]).failures
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }
}

private struct StagerCase: Sendable {
    let model: SpatiallyFilteredStager
    let givesFeatures: Bool

    init(_ golden: GoldenCase) throws {
        guard let stager = golden.optional("stager") else { throw GoldenError("no settings of the stager") }
        var configuration = SpatiallyFilteredStager.Configuration(filter: nil)
        if let filter = golden.optional("dsf") {
            configuration.filter = .init(features: try features(named: filter["mlp_input"]?.string ?? ""))
            if filter["apply_soft_thresh"]?.bool == true { configuration.filter?.softThreshold = 0.1 }
            configuration.filter?.outputs = filter["n_out_channels"]?.int
        }
        configuration.stager.filters = stager["n_conv_chs"]?.int ?? 0
        configuration.stager.paddingDuration = stager["pad_size_s"]?.double ?? 0
        configuration.stager.hasBatchNorm = stager["apply_batch_norm"]?.bool ?? false
        if golden.file.isTraining { configuration.stager.dropoutRate = 0 }
        let input = golden.file.description.inputs[0].shape
        let shape = SignalShape(
            channels: input[1], samples: input[2], samplingRate: stager["sfreq"]?.double ?? 0, outputs: stager["n_classes"]?.int ?? 0)
        model = try SpatiallyFilteredStager(golden.scope, shape, configuration)
        givesFeatures = stager["return_feats"]?.bool == true
    }
}

@Sendable private func outputs(
    _ filter: DynamicSpatialFilter, _ input: Tensor?, features: Tensor?, _ context: inout ForwardContext
) throws -> [String: Tensor] {
    guard let input else { throw GoldenError("no input") }
    let result = filter.filtered(input, features: features, &context)
    return [
        "output": result.output, "features": result.features, "attention_weights": result.attention.weights,
        "attention_bias": result.attention.bias,
    ]
}

private let softThresholdGolden = GoldenModel {
    $0
} forward: { golden, inputs, _ in
    guard let input = inputs["input"] else { throw GoldenError("no input") }
    let above = try golden.float("b")
    return ["output": softThresholded(input, below: golden.optional("a") == nil ? above : try golden.float("a"), above: above)]
}

private let featuresGolden = GoldenModel {
    try features(named: $0.string("kind"))
} forward: { features, inputs, _ in
    guard let input = inputs["input"] else { throw GoldenError("no input") }
    return ["features": features(input)]
}

private func features(named name: String) throws -> SpatialFilterFeatures {
    switch name {
    case "log_diag_cov": .logVariance
    case "logm_cov_eig": .logCovariance
    default: throw GoldenError("features of kind \(name)")
    }
}

@Sendable private func dynamicSpatialFilter(_ golden: GoldenCase) throws -> DynamicSpatialFilter {
    var configuration = DynamicSpatialFilter.Configuration(features: try features(named: golden.string("mlp_input")))
    if golden.isOn("apply_soft_thresh") { configuration.softThreshold = 0.1 }
    configuration.hidden = golden.optionalInt("n_hidden")
    configuration.hiddenRatio = try golden.optional("ratio") == nil ? 1 : golden.float("ratio")
    configuration.outputs = golden.optionalInt("n_out_channels")
    return try DynamicSpatialFilter(golden.scope, channels: golden.int("n_channels"), configuration)
}

extension Tensor {
    fileprivate var flattenedBands: Tensor { reshaped(to: [shape[0], count / shape[0]]) }
}
