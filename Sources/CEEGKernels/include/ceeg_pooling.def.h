// Kernels of ops/pooling.inc. Included several times on purpose.
