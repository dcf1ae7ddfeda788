// Kernels of ops/elementwise.inc. Included several times on purpose.
