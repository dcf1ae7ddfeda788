// Kernels of ops/reduction.inc. Included several times on purpose.
