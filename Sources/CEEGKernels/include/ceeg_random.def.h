// Kernels of ops/random.inc. Included several times on purpose.
