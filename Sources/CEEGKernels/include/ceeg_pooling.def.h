// Kernels of ops/pooling.inc. Included several times on purpose.

/// y = the mean of each window; with `count_padding` it divides by the cells inside the padded input, else by those inside the input.
CEEG_KERNEL(void, average_pooling, (const struct ceeg_pooling *g, bool count_padding, const float *x, float *y), (g, count_padding, x, y))
CEEG_KERNEL(void, average_pooling_gradient, (const struct ceeg_pooling *g, bool count_padding, const float *dy, float *dx), (g, count_padding, dy, dx))

/// y = the largest value of each window, or NaN if there is one. The gradient goes to the first cell that holds the result.
CEEG_KERNEL(void, max_pooling, (const struct ceeg_pooling *g, const float *x, float *y), (g, x, y))
CEEG_KERNEL(void, max_pooling_gradient, (const struct ceeg_pooling *g, const float *x, const float *y, const float *dy, float *dx), (g, x, y, dy, dx))
