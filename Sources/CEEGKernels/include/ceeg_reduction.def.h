// Kernels of ops/reduction.inc, ops/statistics.inc and ops/softmax.inc. Included several times on purpose.
CEEG_KERNEL(
    void, reduce, (int kind, int rank, const int64_t *sizes, uint32_t axes, const float *x, float scale, float *y),
    (kind, rank, sizes, axes, x, scale, y))
CEEG_KERNEL(
    void, binary_gradient,
    (int function, bool right, int rank, const int64_t *sizes, const int64_t *a_strides, const int64_t *b_strides, const float *dy,
     const float *a, const float *b, float *dx),
    (function, right, rank, sizes, a_strides, b_strides, dy, a, b, dx))
CEEG_KERNEL(
    void, choose_gradient,
    (bool where_set, int rank, const int64_t *sizes, const int64_t *mask_strides, const int64_t *strides, const float *dy, const float *mask,
     float *dx),
    (where_set, rank, sizes, mask_strides, strides, dy, mask, dx))
CEEG_KERNEL(
    void, variance, (int rank, const int64_t *sizes, uint32_t axes, const float *x, float divisor, float *mean, float *y),
    (rank, sizes, axes, x, divisor, mean, y))
CEEG_KERNEL(
    void, log_sum_exp, (int rank, const int64_t *sizes, uint32_t axes, const float *x, float *y), (rank, sizes, axes, x, y))
CEEG_KERNEL(
    void, sum_gradient, (int rank, const int64_t *sizes, uint32_t axes, const float *dy, float scale, float *dx),
    (rank, sizes, axes, dy, scale, dx))
CEEG_KERNEL(
    void, extreme_gradient,
    (int rank, const int64_t *sizes, uint32_t axes, const float *x, const float *y, const float *dy, float *dx),
    (rank, sizes, axes, x, y, dy, dx))
CEEG_KERNEL(
    void, deviation_gradient,
    (int rank, const int64_t *sizes, uint32_t axes, const float *x, const float *mean, const float *weight, float *dx),
    (rank, sizes, axes, x, mean, weight, dx))
CEEG_KERNEL(
    void, log_sum_exp_gradient,
    (int rank, const int64_t *sizes, uint32_t axes, const float *x, const float *y, const float *dy, float *dx),
    (rank, sizes, axes, x, y, dy, dx))
CEEG_KERNEL(
    void, product_gradient, (int rank, const int64_t *sizes, uint32_t axes, const float *x, const float *dy, float *dx),
    (rank, sizes, axes, x, dy, dx))
CEEG_KERNEL(
    void, arg_extreme, (bool largest, int64_t outer, int64_t length, int64_t inner, const float *x, int64_t *positions),
    (largest, outer, length, inner, x, positions))
CEEG_KERNEL(
    void, cumulative_sum, (bool backwards, int64_t outer, int64_t length, int64_t inner, const float *x, float *y),
    (backwards, outer, length, inner, x, y))
CEEG_KERNEL(
    void, softmax, (bool logarithm, int64_t outer, int64_t length, int64_t inner, const float *x, float *y),
    (logarithm, outer, length, inner, x, y))
CEEG_KERNEL(
    void, softmax_gradient, (bool logarithm, int64_t outer, int64_t length, int64_t inner, const float *y, const float *dy, float *dx),
    (logarithm, outer, length, inner, y, dy, dx))
