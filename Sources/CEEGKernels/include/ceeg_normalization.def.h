// Kernels of ops/normalization.inc. Included several times on purpose.
