// Kernels of ops/matrix_product.inc. Included several times on purpose.

/// c [m, n] = a [m, k] b [k, n], or c += a b. Each operand has two strides, of which one is 1; rows of c are `c_row` apart.
CEEG_KERNEL(void, matrix_product, (int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_column, const float *b, int64_t b_row, int64_t b_column, float *c, int64_t c_row, bool accumulates), (m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulates))
