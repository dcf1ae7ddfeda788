// Kernels for AVX2 with FMA.
#if defined(__x86_64__)
#define VW 8
#define TABLE ceeg_kernels_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "ops/bodies.inc"
#pragma clang attribute pop
#endif
