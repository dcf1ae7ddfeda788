// Kernels of ops/layout.inc. Included several times on purpose.
CEEG_KERNEL(void, add_arrays, (const float *x, const float *y, float *sum, int64_t n), (x, y, sum, n))
