// Kernels for the base instruction set: SSE2 on x86-64, NEON on arm64.
#define VW 4
#define TABLE ceeg_kernels_base
#include "ops/bodies.inc"
