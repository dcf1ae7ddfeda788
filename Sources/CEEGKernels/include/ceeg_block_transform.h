// Tables for the Fourier transforms of short blocks, whose length is a power of two.
#ifndef CEEG_BLOCK_TRANSFORM_H
#define CEEG_BLOCK_TRANSFORM_H

#include <stdint.h>

enum { CEEG_LEAST_BLOCK = 64, CEEG_MOST_BLOCK = 512, CEEG_BLOCK_PASSES = 3 };

/// How blocks of `points` are transformed: in passes of radix 8 and 4 that leave frequency f at place[f].
struct ceeg_block_transform {
    int64_t points, passes;
    int64_t radices[CEEG_BLOCK_PASSES];
    /// For a pass over parts of m points with radix r: cos and -sin of 2 pi q k / m, for q < m / r and 1 <= k < r.
    const float *twiddles[CEEG_BLOCK_PASSES];
    int64_t place[CEEG_MOST_BLOCK];
};

/// The tables for 64, 128, 256 or 512 points, which are computed when they are first asked for.
const struct ceeg_block_transform *ceeg_block_transform(int64_t points);

#endif
