// Kernels of ops/attention.inc. Included several times on purpose.
CEEG_KERNEL(
    void, attention_weights,
    (float *scores, int64_t rows, int64_t columns, int64_t first_query, float scale, const float *mask, int64_t mask_stride),
    (scores, rows, columns, first_query, scale, mask, mask_stride))
CEEG_KERNEL(
    void, attention_scores_gradient, (const float *weights, float *d, int64_t rows, int64_t columns, int64_t first_query, float scale),
    (weights, d, rows, columns, first_query, scale))
CEEG_KERNEL(
    void, attention_output,
    (int64_t rows, int64_t keys, int64_t depth, int64_t value_depth, int64_t first_query, float scale, const float *q, int64_t q_stride,
     const float *k, int64_t k_stride, const float *v, int64_t v_stride, float *y, int64_t y_stride),
    (rows, keys, depth, value_depth, first_query, scale, q, q_stride, k, k_stride, v, v_stride, y, y_stride))
CEEG_KERNEL(void, add_scaled, (const float *x, float factor, float *sum, int64_t n), (x, factor, sum, n))
