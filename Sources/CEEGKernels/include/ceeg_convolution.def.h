// Kernels of ops/convolution*.inc. Included several times on purpose.

/// y = the convolution of x with w, plus bias [out_channels] where it is not null.
CEEG_KERNEL(void, convolution_forward, (const struct ceeg_convolution *g, const float *x, const float *w, const float *bias, float *y), (g, x, w, bias, y))
/// The weights as convolution_packed reads them, ceeg_convolution_packed_floats; they differ between instruction sets. `points`: of blocks, or 0.
CEEG_KERNEL(void, convolution_pack, (const struct ceeg_convolution *g, int64_t points, const float *w, float *packed), (g, points, w, packed))
/// y = a unary function (none where it is negative), with its parameters, of the convolution of x with weights that are packed.
CEEG_KERNEL(void, convolution_packed, (const struct ceeg_convolution *g, int64_t points, const float *x, const float *packed, const float *bias, int function, float p, float q, float *y), (g, points, x, packed, bias, function, p, q, y))
/// dx = the gradient of x for the gradient dy of y. With y and x in each other's place it is the transposed convolution; bias [in_channels], where it
/// is not null, is added to dx for it.
CEEG_KERNEL(void, convolution_input_gradient, (const struct ceeg_convolution *g, const float *w, const float *dy, const float *bias, float *dx), (g, w, dy, bias, dx))
/// dw = the gradient of w and, where db is not null, db [out_channels] = that of the bias.
CEEG_KERNEL(void, convolution_weight_gradient, (const struct ceeg_convolution *g, const float *x, const float *dy, float *dw, float *db), (g, x, dy, dw, db))
/// db [channels] = the sums of dy [batch, channels, positions] over batch and positions.
CEEG_KERNEL(void, convolution_bias_gradient, (int64_t batch, int64_t channels, int64_t positions, const float *dy, float *db), (batch, channels, positions, dy, db))
