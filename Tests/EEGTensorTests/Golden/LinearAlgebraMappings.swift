import EEGTensor
import GoldenFiles

let linearAlgebraMappings: [String: OperationMapping] = [
    "cholesky": { [cholesky(try $0.input)] },
    "eigenvalues_symmetric": { [symmetricEigenvalues(try $0.input)] },
    "singular_values": { [singularValues(try $0.input)] },
    "solve": { [solve(try $0["a"], try $0["b"])] },
    "covariance": { [covariance(try $0.input, isUnbiased: try $0.bool("unbiased"))] },
    "matrix_log": { [matrixLogarithm(try $0.input)] },
    "matrix_exp_symmetric": { [matrixExponential(try $0.input)] },
    "matrix_sqrt": { [matrixSquareRoot(try $0.input)] },
    "matrix_inverse_sqrt": { [matrixInverseSquareRoot(try $0.input)] },
]
