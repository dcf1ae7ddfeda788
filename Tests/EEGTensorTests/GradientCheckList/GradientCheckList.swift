/// Every differentiable operation of the library. A type that conforms to `Operation` and is missing here fails a test.
let differentiableOperations: [DifferentiableOperation] = [
    productGradients,
    convolutionGradients,
    layoutGradients,
    elementwiseGradients,
    binaryGradients,
    reductionGradients,
    signalGradients,
    lossGradients,
    recurrentGradients,
    linearAlgebraGradients,
    covarianceGradients,
    poolingGradients,
    normalizationGradients,
    attentionGradients,
].flatMap { $0 }

/// Types that conform to `Operation` but are not checked with the others, and why.
let operationsCheckedElsewhere: [String: String] = [
    "WeightedSum": "is part of the gradient check itself"
]
