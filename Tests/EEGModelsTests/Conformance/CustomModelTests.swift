import EEGModelTesting
import EEGModels
import EEGTensor
import Foundation
import Testing

/// The power of each electrode behind learned filters over time, then a linear classifier.
struct PowerNet: Model {
    let scope: ParameterScope
    let shape: SignalShape
    private let filters: Convolution2D
    private let norm: BatchNorm
    private let head: Linear

    init(_ scope: ParameterScope, _ shape: SignalShape) {
        self.scope = scope
        self.shape = shape
        filters = Convolution2D(
            scope.child("filters"), inputs: 1, outputs: 4, kernel: (1, 25), padding: (.valid, .same), hasBias: false)
        norm = BatchNorm(scope.child("norm"), channels: 4)
        head = Linear(scope.child("final_layer"), inputs: 4 * shape.channels, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to scores `[batch, class]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let filtered = norm(filters(x.expandingDimensions(at: 1), &context), &context)
        let power = filtered.squared().mean(over: -1)
        return head(log(power + 1e-6).flattened(), &context)
    }
}

@Test func powerNetConforms() throws {
    let shape = SignalShape(channels: 4, samples: 128, samplingRate: 128, outputs: 2)
    try expectConformance { scope in PowerNet(scope, shape) }
}

@Suite struct CustomModelTests {
    /// The code of the article is what is compiled above.
    @Test func theArticleShowsWhatIsCompiledHere() throws {
        let here = URL(fileURLWithPath: #filePath)
        let article = try String(contentsOf: here.appending(path: "../../../../Docs/CustomModels.md").standardizedFileURL, encoding: .utf8)
        let source = try String(contentsOf: here, encoding: .utf8)
        let blocks = article.matches(of: #/```swift\n((?s).*?)```/#).map { match in
            match.1.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
                .trimmingCharacters(in: .newlines)
        }
        #expect(blocks.count == 2)
        for block in blocks { #expect(source.contains(block), "the article shows code that is not compiled here") }
    }
}
