// Kernels of ops/dropout.inc. Included several times on purpose.
CEEG_KERNEL(void, dropout, (uint64_t key, uint64_t sequence, uint64_t block, int32_t threshold, float scale, const float *x, float *y, int64_t n),
            (key, sequence, block, threshold, scale, x, y, n))
