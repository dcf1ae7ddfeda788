// The matrices of the resampling kernel.
#ifndef CEEG_INTERPOLATION_H
#define CEEG_INTERPOLATION_H

#include <stdint.h>

/// A banded matrix along one axis: output j is the sum over t < taps of weights[t out + j] x[first[j] + t]. All of first[j] + t lie in
/// [0, in), weights of 0 included.
struct ceeg_band {
    int64_t in, out, taps;
    const int32_t *first;
    const float *weights;
};

#endif
