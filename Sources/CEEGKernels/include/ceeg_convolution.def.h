// Kernels of ops/convolution.inc. Included several times on purpose.
