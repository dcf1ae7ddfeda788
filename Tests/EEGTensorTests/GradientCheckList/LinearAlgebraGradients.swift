import EEGModelTesting
import EEGTensor
import Foundation

private typealias Reference = LinearAlgebraReference

private typealias Example = DifferentiableOperation.Example

let linearAlgebraGradients = [
    DifferentiableOperation(type: "Cholesky", examples: choleskyExamples),
    DifferentiableOperation(type: "SymmetricEigen", examples: eigenExamples),
    DifferentiableOperation(type: "SymmetricMatrixFunction", examples: functionExamples),
    DifferentiableOperation(type: "Solve", examples: solveExamples),
    DifferentiableOperation(type: "TriangularSolve", examples: triangularExamples),
    DifferentiableOperation(type: "SingularValues", examples: singularExamples),
    DifferentiableOperation(type: "MatrixElements", examples: elementExamples),
]

private let choleskyExamples: [Example] = ([[1, 1], [2, 2], [3, 7, 7], [2, 1, 17, 17]] as [Shape]).map { shape in
    Example(label: "\(shape)", inputs: [positiveDefinite(shape)]) { x in
        [cholesky(x[0])]
    } reference: { x in
        [Reference.map(x[0]) { Reference.tensor(Reference.cholesky($0)) }]
    }
}

private let eigenExamples: [Example] = ([[1, 1], [2, 2], [3, 5, 5], [2, 2, 9, 9]] as [Shape]).flatMap { shape in
    let values: @Sendable (DoubleTensor) -> DoubleTensor = { x in
        Reference.map(x) { DoubleTensor(Reference.eigen(Reference.symmetricPart($0)).values, shape: [$0.count]) }
    }
    let ofValues = Example(label: "values \(shape)", inputs: [sample(shape)]) { x in
        [symmetricEigenvalues(x[0])]
    } reference: { x in
        [values(x[0])]
    }
    // The vectors in a form that their signs do not change.
    let ofVectors = Example(label: "vectors \(shape)", inputs: [sample(shape)]) { x in
        let decomposition = symmetricEigendecomposition(x[0])
        let weighted = decomposition.vectors * ramp(shape.last ?? 0)
        return [decomposition.values, matmul(weighted, decomposition.vectors, transposingSecond: true)]
    } reference: { x in
        [values(x[0]), Reference.map(x[0]) { Reference.tensor(Reference.function($0) { place, _ in Double(place + 1) }) }]
    }
    return [ofValues, ofVectors]
}

private let functionExamples: [Example] = [
    function("logarithm", { matrixLogarithm($0) }, log),
    function("square root", { matrixSquareRoot($0) }, sqrt),
    function("inverse square root", { matrixInverseSquareRoot($0) }, { 1 / sqrt($0) }),
    function("power", { matrixPower($0, -0.7) }, { pow($0, -0.7) }),
    function("exponential", { matrixExponential($0) }, exp),
    function("clamped logarithm", { matrixLogarithm($0, minimumEigenvalue: 0.4) }, { log(max($0, 0.4)) }),
    function("clamped square root", { matrixSquareRoot($0, minimumEigenvalue: 0.4) }, { sqrt(max($0, 0.4)) }),
].flatMap { $0 }

/// Shapes of square matrices and of the right sides that go with them.
private let systems: [(a: Shape, b: Shape)] = [
    ([1, 1], [1, 1]), ([5, 5], [5, 3]), ([2, 3, 7, 7], [2, 3, 7, 1]), ([3, 17, 17], [3, 17, 4]),
]

private let solveExamples: [Example] =
    systems.map { shapes in
        Example(label: "\(shapes.a), \(shapes.b)", inputs: [general(shapes.a), sample(shapes.b, seed: 3)]) { x in
            [solve(x[0], x[1])]
        } reference: { x in
            [onPairs(x[0], x[1], Reference.solve)]
        }
    } + [
        Example(label: "inverse", inputs: [general([2, 4, 4])]) { x in
            [inverse(x[0])]
        } reference: { x in
            [Reference.map(x[0]) { Reference.tensor(Reference.solve($0, Reference.identity($0.count))) }]
        }
    ]

private let triangularExamples: [Example] =
    systems.flatMap { shapes in
        [false, true].map { transposed in
            Example(
                label: "\(shapes.a), \(shapes.b), \(transposed)", inputs: [positiveDefinite(shapes.a), sample(shapes.b, seed: 3)]
            ) { x in
                [triangularSolve(x[0], x[1], transposed: transposed)]
            } reference: { x in
                [
                    onPairs(x[0], x[1]) { l, b in
                        let lower = l.indices.map { i in l.indices.map { $0 > i ? 0 : l[i][$0] } }
                        return Reference.solve(transposed ? Reference.transpose(lower) : lower, b)
                    }
                ]
            }
        }
    } + [
        Example(label: "of a Cholesky factor", inputs: [positiveDefinite([2, 6, 6]), sample([2, 6, 2])]) { x in
            [solve(cholesky: cholesky(x[0]), x[1])]
        } reference: { x in
            [onPairs(x[0], x[1]) { Reference.solve(Reference.symmetricPart($0), $1) }]
        }
    ]

private let singularExamples: [Example] = ([[1, 1], [5, 3], [3, 5], [2, 4, 4], [3, 1, 9, 2]] as [Shape]).flatMap { shape in
    let smaller = shape.suffix(2).min() ?? 1
    let values: @Sendable (DoubleTensor) -> DoubleTensor = { x in
        Reference.map(x) { DoubleTensor(Reference.singular($0).values, shape: [smaller]) }
    }
    let ofValues = Example(label: "values \(shape)", inputs: [sample(shape, seed: 4)]) { x in
        [singularValues(x[0])]
    } reference: { x in
        [values(x[0])]
    }
    // The vectors in a form that their signs do not change.
    let ofVectors = Example(label: "vectors \(shape)", inputs: [sample(shape, seed: 4)]) { x in
        let decomposition = singularValueDecomposition(x[0])
        return [decomposition.values, matmul(decomposition.u * ramp(smaller), decomposition.v)]
    } reference: { x in
        let product = Reference.map(x[0]) { rows in
            let (u, _, v) = Reference.singular(rows)
            let weighted = u.map { row in row.indices.map { Double($0 + 1) * row[$0] } }
            return Reference.tensor(Reference.product(weighted, v))
        }
        return [values(x[0]), product]
    }
    return [ofValues, ofVectors]
}

private let elementExamples: [Example] = ([[1, 1], [3, 3], [2, 2, 5, 5]] as [Shape]).flatMap { shape in
    let ofDiagonal = Example(label: "diagonal \(shape)", inputs: [sample(shape)]) { x in
        [diagonal(x[0])]
    } reference: { x in
        [Reference.map(x[0]) { a in DoubleTensor(a.indices.map { a[$0][$0] }, shape: [a.count]) }]
    }
    let ofTriangle = Example(label: "upper triangle \(shape)", inputs: [sample(shape)]) { x in
        [upperTriangle(x[0])]
    } reference: { x in
        [
            Reference.map(x[0]) { a in
                let values = a.indices.flatMap { Array(a[$0][$0...]) }
                return DoubleTensor(values, shape: [values.count])
            }
        ]
    }
    return [ofDiagonal, ofTriangle]
}

/// 1, 2 … n.
private func ramp(_ n: Int) -> Tensor { Tensor((0..<n).map { Float($0 + 1) }) }

/// Matrices that are not symmetric and far from singular.
private func general(_ shape: Shape) -> Tensor { positiveDefinite(shape) + sample(shape, in: -0.1..<0.1, seed: 2) }

/// x xᵀ / n + I / 10.
private func positiveDefinite(_ shape: Shape) -> Tensor {
    let n = shape[shape.rank - 1], x = sample(shape)
    let identity = Tensor((0..<n * n).map { $0 % (n + 1) == 0 ? 0.1 : 0 }, shape: [n, n])
    return matmul(x, x, transposingSecond: true) * (1 / Float(n)) + identity
}

/// A function of matrices of several sizes, and of one with eigenvalues that are equal or nearly so.
private func function(
    _ name: String, _ function: @escaping @Sendable (Tensor) -> Tensor, _ scalar: @escaping @Sendable (Double) -> Double
) -> [Example] {
    let rows: Reference.Rows = (0..<4).map { i in (0..<4).map { j in Double((i * 7 + j * 3) % 5) } }
    let spectrum = [1, 1, 1 + 1e-6, 2]
    let close = Reference.function(rows) { place, _ in spectrum[place] }
    let inputs = [
        Tensor([0.7], shape: [1, 1]), positiveDefinite([2, 2]), positiveDefinite([3, 5, 5]), positiveDefinite([2, 1, 17, 17]),
        Tensor([2, 0, 0, 0, 2, 0, 0, 0, 0.7], shape: [3, 3]), Tensor(close.flatMap { $0 }.map { Float($0) }, shape: [4, 4]),
    ]
    return inputs.map { x in
        Example(label: "\(name) \(x.shape)", inputs: [x]) { x in
            [function(x[0])]
        } reference: { x in
            [Reference.map(x[0]) { Reference.tensor(Reference.function($0) { scalar($1) }) }]
        }
    }
}

/// Applies `body` to the matrices that stand at the same place of both tensors.
private func onPairs(_ a: DoubleTensor, _ b: DoubleTensor, _ body: (Reference.Rows, Reference.Rows) -> Reference.Rows) -> DoubleTensor {
    var rights: [Reference.Rows] = []
    _ = Reference.map(b) { rows in
        rights.append(rows)
        return Reference.tensor(rows)
    }
    var place = 0
    return Reference.map(a) { rows in
        defer { place += 1 }
        return Reference.tensor(body(rows, rights[place]))
    }
}
