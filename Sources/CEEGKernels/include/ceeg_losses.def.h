// Kernels of ops/losses.inc and ops/cross_entropy.inc. Included several times on purpose.
CEEG_KERNEL(double, loss_sum, (int kind, float parameter, const float *x, const float *t, int64_t n), (kind, parameter, x, t, n))
CEEG_KERNEL(void, loss_values, (int kind, float parameter, const float *x, const float *t, int64_t n, float scale, float *values), (kind, parameter, x, t, n, scale, values))
CEEG_KERNEL(void, loss_gradient, (int kind, float parameter, const float *x, const float *t, int64_t n, const float *g, int64_t g_stride, float scale, float *dx, float *dt), (kind, parameter, x, t, n, g, g_stride, scale, dx, dt))
CEEG_KERNEL(double, cross_entropy_forward, (const struct ceeg_cross_entropy *loss, const float *logits, float *maxima, float *logarithms, float *losses), (loss, logits, maxima, logarithms, losses))
CEEG_KERNEL(void, cross_entropy_backward, (const struct ceeg_cross_entropy *loss, const float *logits, const float *maxima, const float *logarithms, const float *g, int64_t g_stride, float scale, float *d_logits, float *d_targets), (loss, logits, maxima, logarithms, g, g_stride, scale, d_logits, d_targets))
