// Kernels of ops/layout.inc. Included several times on purpose.
