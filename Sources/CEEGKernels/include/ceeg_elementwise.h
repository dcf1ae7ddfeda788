// Names of the element-wise functions, and how operands that broadcast are described.
#ifndef CEEG_ELEMENTWISE_H
#define CEEG_ELEMENTWISE_H

/// The most axes of an operand. Sizes and strides are counted in elements, outermost axis first; a broadcast axis has stride 0.
enum { CEEG_MAX_RANK = 6 };

/// Functions of one variable. The gradient kernel reads the output of the function where the name ends in _Y here, else its input.
/// p and q are the two parameters of the call.
#define CEEG_UNARY_FUNCTIONS(X) \
    X(ABS) X(NEGATE) X(EXP_Y) X(LOG) X(LOG1P) X(SQRT_Y) X(RSQRT_Y) X(RECIPROCAL_Y) X(SQUARE) \
    X(POWER) /* exponent p */ X(SIN) X(COS) X(ERF) X(CLIP) /* to [p, q] */ \
    X(RELU_Y) X(LEAKY_RELU) /* slope p */ X(ELU_Y) /* alpha p > 0 */ X(SELU_Y) X(GELU) X(GELU_TANH) X(SILU) X(SIGMOID_Y) X(TANH_Y) \
    X(SOFTPLUS) /* beta p, threshold q */ X(HARD_SIGMOID) X(HARD_SWISH) X(MISH) X(SOFT_THRESHOLD) /* 0 in [-p, q] */ \
    X(DECIBEL) /* q log of what is at least p */

/// Functions of two variables that have gradient kernels, and those that have none (comparisons give 1 or 0).
#define CEEG_BINARY_FUNCTIONS(X) X(MULTIPLY) X(DIVIDE) X(MAXIMUM) X(MINIMUM) X(POW)
#define CEEG_BINARY_FUNCTIONS_ALONE(X) X(ADD) X(SUBTRACT) X(EQUAL) X(NOT_EQUAL) X(LESS) X(LESS_EQUAL) X(GREATER) X(GREATER_EQUAL)

#define CEEG_NAME(name) CEEG_##name,
enum ceeg_unary_function { CEEG_UNARY_FUNCTIONS(CEEG_NAME) CEEG_UNARY_COUNT };
enum ceeg_binary_function { CEEG_BINARY_FUNCTIONS(CEEG_NAME) CEEG_BINARY_FUNCTIONS_ALONE(CEEG_NAME) CEEG_BINARY_COUNT };
#undef CEEG_NAME

#endif
