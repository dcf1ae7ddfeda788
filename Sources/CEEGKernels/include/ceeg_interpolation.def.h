// Kernels of ops/interpolation.inc. Included several times on purpose.

/// y [planes, rows->out, columns->out] = the matrices of both axes applied to x [planes, rows->in, columns->in].
CEEG_KERNEL(void, resample_planes, (int64_t planes, const struct ceeg_band *rows, const struct ceeg_band *columns, const float *x, float *y), (planes, rows, columns, x, y))
