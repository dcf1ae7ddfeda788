// The windows shared by the pooling kernels.
#ifndef CEEG_POOLING_H
#define CEEG_POOLING_H

#include <stdint.h>

/// Windows along one axis. Output j sees [j stride - padding, j stride - padding + kernel) as far as that lies in [0, in); where `kernel`
/// is 0, it sees [floor(j in / out), ceil((j + 1) in / out)), the adaptive bin. No window may be empty.
struct ceeg_pooling_axis {
    int64_t in, out, kernel, stride, padding;
};

/// Pooling of x [planes, rows.in, columns.in] to y [planes, rows.out, columns.out].
struct ceeg_pooling {
    int64_t planes;
    struct ceeg_pooling_axis rows, columns;
};

#endif
