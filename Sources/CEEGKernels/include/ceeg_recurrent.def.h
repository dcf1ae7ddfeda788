// Kernels of ops/recurrent.inc. Included several times on purpose.
