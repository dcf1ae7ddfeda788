// The geometry shared by the convolution kernels, and the choice of an algorithm.
#ifndef CEEG_CONVOLUTION_H
#define CEEG_CONVOLUTION_H

#include <stdint.h>

/// A 2-D convolution of x [batch, in_channels, in_height, in_width] with w [out_channels, in_channels / groups, kernel_height,
/// kernel_width] to y [batch, out_channels, out_height, out_width], all contiguous; a 1-D one has height 1.
/// y[n, o, i, j] = sum over c, p, q of w[o, c, p, q] x[n, c', i stride_height + p dilation_height - pad_top, j stride_width + q dilation_width - pad_left],
/// x being zero outside. The padding behind is implied by the output's size.
struct ceeg_convolution {
    int64_t batch, in_channels, in_height, in_width;
    int64_t out_channels, out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width, dilation_height, dilation_width;
    int64_t pad_top, pad_left, groups;
};

enum ceeg_convolution_pass {
    CEEG_CONVOLUTION_FORWARD,
    CEEG_CONVOLUTION_PACKED,  // forward, with weights that are prepared once
    CEEG_CONVOLUTION_INPUT_GRADIENT,
    CEEG_CONVOLUTION_WEIGHT_GRADIENT,
};

/// The length of the blocks by whose Fourier transforms a pass is computed, or 0: directly. It follows from the geometry alone (never from the
/// number of threads or the instruction set), unless an algorithm is forced.
int64_t ceeg_convolution_points(const struct ceeg_convolution *g, enum ceeg_convolution_pass pass);

/// Floats of weights packed for blocks of `points` values, or for the direct algorithm where `points` is 0.
int64_t ceeg_convolution_packed_floats(const struct ceeg_convolution *g, int64_t points);

enum { CEEG_CONVOLUTION_DIRECT = 0, CEEG_CONVOLUTION_FOURIER = 1 };

/// Makes calls from this thread use an algorithm, transforms wherever they are possible; -1 returns to the choice by cost (or to
/// EEG_CONVOLUTION = direct or fourier). For tests and measurements.
void ceeg_convolution_override(int algorithm);
/// The override in force on this thread, or -1.
int ceeg_convolution_overridden(void);

#endif
