public import EEGTensor
public import Testing

/// Records an issue unless values and gradients of `function` agree with a reference in Double; see ``GradientCheck``.
///
/// ```swift
/// @Test func softsignIsDifferentiated() {
///     expectGradient(at: Tensor([-2, -0.5, 0.1, 3])) { softsign($0) } reference: { x in x.map { $0 / (1 + abs($0)) } }
/// }
/// ```
public func expectGradient(
    at input: Tensor, settings: GradientCheck.Settings = .init(), sourceLocation: SourceLocation = #_sourceLocation,
    of function: (Tensor) throws -> Tensor, reference: (DoubleTensor) throws -> DoubleTensor
) rethrows {
    try expectGradient(at: [input], settings: settings, sourceLocation: sourceLocation) {
        [try function($0[0])]
    } reference: {
        [try reference($0[0])]
    }
}

/// Records an issue unless the gradients of `function` agree with differences of its own Float values; see ``GradientCheck``.
public func expectGradient(
    at input: Tensor, settings: GradientCheck.Settings = .init(), sourceLocation: SourceLocation = #_sourceLocation,
    of function: (Tensor) throws -> Tensor
) rethrows {
    try expectGradient(at: [input], settings: settings, sourceLocation: sourceLocation) { [try function($0[0])] }
}

/// Records an issue unless values and gradients of a function with several inputs or results agree with a reference in Double; see
/// ``GradientCheck``.
///
/// - Parameter constant: the positions of inputs that have no gradient.
public func expectGradient(
    at inputs: [Tensor], constant: Set<Int> = [], settings: GradientCheck.Settings = .init(),
    sourceLocation: SourceLocation = #_sourceLocation, of function: ([Tensor]) throws -> [Tensor],
    reference: ([DoubleTensor]) throws -> [DoubleTensor]
) rethrows {
    record(try GradientCheck(at: inputs, constant: constant, settings: settings, of: function, reference: reference), sourceLocation)
}

/// Records an issue unless the gradients of a function with several inputs or results agree with differences of its own Float values; see
/// ``GradientCheck``.
///
/// - Parameter constant: the positions of inputs that have no gradient.
public func expectGradient(
    at inputs: [Tensor], constant: Set<Int> = [], settings: GradientCheck.Settings = .init(),
    sourceLocation: SourceLocation = #_sourceLocation, of function: ([Tensor]) throws -> [Tensor]
) rethrows {
    record(try GradientCheck(at: inputs, constant: constant, settings: settings, of: function), sourceLocation)
}

private func record(_ check: GradientCheck, _ sourceLocation: SourceLocation) {
    if !check.passes { Issue.record("\(check)", sourceLocation: sourceLocation) }
}
