// Kernels of ops/signal*.inc. Included several times on purpose.

// Runs `rows` signals of `samples` through a cascade of second-order sections (five coefficients each: b0 b1 b2 a1 a2), forwards or from the
// last sample to the first. `state` holds [row][section][2] and is left as it is behind the last sample read; x may be y.
CEEG_KERNEL(void, filter_sections_f32,
            (const float *x, float *y, int64_t rows, int64_t samples, const double *sections, int64_t count, double *state, bool backward),
            (x, y, rows, samples, sections, count, state, backward))
CEEG_KERNEL(void, filter_sections_f64,
            (const double *x, double *y, int64_t rows, int64_t samples, const double *sections, int64_t count, double *state, bool backward),
            (x, y, rows, samples, sections, count, state, backward))

// y[q up + r] = sum over j < taps of coefficients[r][j] x[q down + offsets[r] + j], zeros outside of x; r < up. Rows are contiguous.
CEEG_KERNEL(void, polyphase_f32,
            (const float *x, float *y, int64_t rows, int64_t inputs, int64_t outputs, int64_t up, int64_t down, const float *coefficients,
             const int64_t *offsets, int64_t taps),
            (x, y, rows, inputs, outputs, up, down, coefficients, offsets, taps))
CEEG_KERNEL(void, polyphase_f64,
            (const double *x, double *y, int64_t rows, int64_t inputs, int64_t outputs, int64_t up, int64_t down,
             const double *coefficients, const int64_t *offsets, int64_t taps),
            (x, y, rows, inputs, outputs, up, down, coefficients, offsets, taps))

// x[i] *= y[i].
CEEG_KERNEL(void, scale_by_f32, (float *x, const float *y, int64_t count), (x, y, count))
CEEG_KERNEL(void, scale_by_f64, (double *x, const double *y, int64_t count), (x, y, count))

// The spectra of all frames of `rows` signals: [row][bin][frame] real and imaginary, or with bands [row][band][frame] in `first` alone.
CEEG_KERNEL(void, spectrum_forward,
            (const struct ceeg_spectrum *plan, const float *x, float *first, float *second, int64_t rows, int64_t samples),
            (plan, x, first, second, rows, samples))
// The gradient with respect to x from those of the results; x itself is read only where there are bands.
CEEG_KERNEL(void, spectrum_backward,
            (const struct ceeg_spectrum *plan, const float *x, const float *first, const float *second, float *gradient, int64_t rows,
             int64_t samples),
            (plan, x, first, second, gradient, rows, samples))
