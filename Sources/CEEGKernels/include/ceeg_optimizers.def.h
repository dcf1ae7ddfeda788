// Kernels of ops/optimizers.inc. Included several times on purpose.
CEEG_KERNEL(void, sgd_step, (const struct ceeg_sgd *rule, float *value, const float *gradient, float *momentum, int64_t n), (rule, value, gradient, momentum, n))
CEEG_KERNEL(void, adam_step, (const struct ceeg_adam *rule, float *value, const float *gradient, float *mean, float *square, int64_t n), (rule, value, gradient, mean, square, n))
CEEG_KERNEL(void, move_towards, (float *average, const float *value, float weight, int64_t n), (average, value, weight, n))
CEEG_KERNEL(double, sum_of_squares, (const float *x, int64_t n), (x, n))
