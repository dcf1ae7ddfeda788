// Kernels of ops/unary.inc and ops/elementwise.inc. Included several times on purpose.
CEEG_KERNEL(void, unary, (int function, const float *x, float *y, int64_t count, float p, float q), (function, x, y, count, p, q))
CEEG_KERNEL(
    void, unary_gradient, (int function, const float *saved, const float *dy, float *dx, int64_t count, float p, float q),
    (function, saved, dy, dx, count, p, q))
CEEG_KERNEL(
    void, binary,
    (int function, int rank, const int64_t *sizes, const int64_t *a_strides, const int64_t *b_strides, const float *a, const float *b,
     float *y),
    (function, rank, sizes, a_strides, b_strides, a, b, y))
CEEG_KERNEL(
    void, binary_dense, (int function, const float *a, const float *b, float *y, int64_t count), (function, a, b, y, count))
CEEG_KERNEL(
    void, choose,
    (int rank, const int64_t *sizes, const int64_t *mask_strides, const int64_t *a_strides, const int64_t *b_strides, const float *mask,
     const float *a, const float *b, float *y),
    (rank, sizes, mask_strides, a_strides, b_strides, mask, a, b, y))
