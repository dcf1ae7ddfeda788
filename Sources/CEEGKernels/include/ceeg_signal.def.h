// Kernels of ops/signal.inc. Included several times on purpose.
