// Kernels of ops/pooling.inc. Included several times on purpose.

/// y = the mean of each window; with `count_padding` it divides by the cells inside the padded input, else by those inside the input.
CEEG_KERNEL(void, average_pooling, (const struct ceeg_pooling *g, bool count_padding, const float *x, float *y), (g, count_padding, x, y))
CEEG_KERNEL(void, average_pooling_gradient, (const struct ceeg_pooling *g, bool count_padding, const float *dy, float *dx), (g, count_padding, dy, dx))

/// y = the largest value of each window, or NaN if there is one. The gradient goes to the first cell that holds the result.
CEEG_KERNEL(void, max_pooling, (const struct ceeg_pooling *g, const float *x, float *y), (g, x, y))
CEEG_KERNEL(void, max_pooling_gradient, (const struct ceeg_pooling *g, const float *x, const float *y, const float *dy, float *dx), (g, x, y, dy, dx))

/// y [planes, rows.out, columns.out, rows.kernel, columns.kernel] = the cells of each window; windows without padding, not adaptive.
CEEG_KERNEL(void, unfold_windows, (const struct ceeg_pooling *g, const float *x, float *y), (g, x, y))
/// dx = the sum of the windows' cells at the place that each came from.
CEEG_KERNEL(void, unfold_windows_gradient, (const struct ceeg_pooling *g, const float *dy, float *dx), (g, dy, dx))

/// y = log of the sum of exp over each window, not adaptive.
CEEG_KERNEL(void, log_sum_exp_pooling, (const struct ceeg_pooling *g, const float *x, float *y), (g, x, y))
CEEG_KERNEL(void, log_sum_exp_pooling_gradient, (const struct ceeg_pooling *g, const float *x, const float *y, const float *dy, float *dx), (g, x, y, dy, dx))
