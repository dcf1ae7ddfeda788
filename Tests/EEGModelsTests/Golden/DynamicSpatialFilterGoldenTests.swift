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

private let softThresholdGolden = GoldenModel { $0 } forward: { golden, inputs, _ in
    guard let input = inputs["input"] else { throw GoldenError("no input") }
    let above = try golden.float("b")
    return ["output": softThresholded(input, below: golden.optional("a") == nil ? above : try golden.float("a"), above: above)]
}

private let featuresGolden = GoldenModel { try features(named: $0.string("kind")) } forward: { features, inputs, _ in
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
