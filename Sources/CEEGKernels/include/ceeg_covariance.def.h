// Kernels of ops/covariance.inc, for one window [channels, samples] each. Included several times on purpose.
CEEG_KERNEL(void, covariance_float, (const float *x, int64_t channels, int64_t samples, bool removes_mean, double *means, double *sums), (x, channels, samples, removes_mean, means, sums))
CEEG_KERNEL(void, covariance_double, (const float *x, int64_t channels, int64_t samples, bool removes_mean, double *means, double *sums), (x, channels, samples, removes_mean, means, sums))
CEEG_KERNEL(double, mean_of_samples, (const float *x, int64_t n), (x, n))
CEEG_KERNEL(void, center_float, (const float *x, int64_t n, double mean, float *centered), (x, n, mean, centered))
CEEG_KERNEL(void, center_double, (const float *x, int64_t n, double mean, double *centered), (x, n, mean, centered))
CEEG_KERNEL(void, covariance_backward, (const float *x, int64_t channels, int64_t samples, const double *means, const float *weights, float *dx), (x, channels, samples, means, weights, dx))
