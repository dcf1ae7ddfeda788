// The geometry shared by the convolution kernels.
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

#endif
