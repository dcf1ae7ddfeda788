// Kernels of ops/filter_statistics.inc. Included several times on purpose.

/// The mean and variance (divided by the number of values) of signals x [rows, length] filtered with each w [filters, taps], from the moments of
/// x alone: before zeros are put in front of each row, and each filter gives `outputs` values a row. shift_means [taps] are the means of the padded
/// rows moved on by each tap, covariance [taps, taps] the covariances between them: mean = w . shift_means, variance = w' covariance w.
CEEG_KERNEL(
    void, filter_statistics,
    (int64_t rows, int64_t length, int64_t before, int64_t outputs, const float *x, int64_t filters, int64_t taps, const float *w, float *mean,
     float *variance, float *shift_means, float *covariance),
    (rows, length, before, outputs, x, filters, taps, w, mean, variance, shift_means, covariance))
