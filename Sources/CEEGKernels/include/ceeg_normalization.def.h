// Kernels of ops/normalization.inc and ops/group_norm.inc. Included several times on purpose.
CEEG_KERNEL(
    void, batch_norm,
    (bool uses_batch_statistics, int activation, float p, int64_t batch, int64_t channels, int64_t length, const float *x,
     const float *gamma, const float *beta, float epsilon, float *mean, float *variance, float *y),
    (uses_batch_statistics, activation, p, batch, channels, length, x, gamma, beta, epsilon, mean, variance, y))
CEEG_KERNEL(
    void, batch_norm_gradient,
    (bool uses_batch_statistics, int activation, float p, int64_t batch, int64_t channels, int64_t length, const float *x, const float *dy,
     const float *gamma, const float *beta, float epsilon, const float *mean, const float *variance, float *dx, float *dgamma,
     float *dbeta),
    (uses_batch_statistics, activation, p, batch, channels, length, x, dy, gamma, beta, epsilon, mean, variance, dx, dgamma, dbeta))
CEEG_KERNEL(
    void, group_norm,
    (int64_t batch, int64_t channels, int64_t length, int64_t groups, const float *x, const float *gamma, const float *beta, float epsilon,
     float *mean, float *inverse, float *y),
    (batch, channels, length, groups, x, gamma, beta, epsilon, mean, inverse, y))
CEEG_KERNEL(
    void, group_norm_gradient,
    (int64_t batch, int64_t channels, int64_t length, int64_t groups, const float *x, const float *dy, const float *gamma,
     const float *mean, const float *inverse, float *dx, float *dgamma, float *dbeta),
    (batch, channels, length, groups, x, dy, gamma, mean, inverse, dx, dgamma, dbeta))
CEEG_KERNEL(
    void, layer_norm,
    (int64_t rows, int64_t length, const float *x, const float *gamma, const float *beta, float epsilon, float *mean, float *inverse,
     float *y),
    (rows, length, x, gamma, beta, epsilon, mean, inverse, y))
CEEG_KERNEL(
    void, layer_norm_gradient,
    (int64_t rows, int64_t length, const float *x, const float *dy, const float *gamma, const float *mean, const float *inverse, float *dx,
     float *dgamma, float *dbeta),
    (rows, length, x, dy, gamma, mean, inverse, dx, dgamma, dbeta))
