// Kernels of ops/attention.inc. Included several times on purpose.
CEEG_KERNEL(
    void, attention_weights,
    (float *scores, int64_t rows, int64_t columns, int64_t first_query, float scale, const float *mask, int64_t mask_stride),
    (scores, rows, columns, first_query, scale, mask, mask_stride))
CEEG_KERNEL(
    void, attention_scores_gradient, (const float *weights, float *d, int64_t rows, int64_t columns, int64_t first_query, float scale),
    (weights, d, rows, columns, first_query, scale))
CEEG_KERNEL(void, add_scaled, (const float *x, float factor, float *sum, int64_t n), (x, factor, sum, n))
