// Kernels of ops/random.inc. Included several times on purpose.
CEEG_KERNEL(void, philox_bits, (uint64_t key, uint64_t sequence, uint64_t block, uint32_t *out, int64_t n), (key, sequence, block, out, n))
CEEG_KERNEL(void, philox_uniform, (uint64_t key, uint64_t sequence, uint64_t block, float low, float width, float highest, float *out, int64_t n),
            (key, sequence, block, low, width, highest, out, n))
CEEG_KERNEL(void, philox_normal, (uint64_t key, uint64_t sequence, uint64_t block, float mean, float deviation, float *out, int64_t n),
            (key, sequence, block, mean, deviation, out, n))
