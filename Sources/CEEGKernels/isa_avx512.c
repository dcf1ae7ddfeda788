// Kernels for AVX-512 (F, VL, DQ, BW).
#if defined(__x86_64__)
#define VW 16
#define TABLE ceeg_kernels_avx512
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#include "ops/bodies.inc"
#pragma clang attribute pop
#endif
