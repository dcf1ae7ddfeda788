// The C interface of the kernels: plain pointers and sizes, one table of functions for each instruction set.
#ifndef CEEG_H
#define CEEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceeg_block_transform.h"
#include "ceeg_convolution.h"
#include "ceeg_elementwise.h"
#include "ceeg_layout.h"
#include "ceeg_losses.h"
#include "ceeg_interpolation.h"
#include "ceeg_normalization.h"
#include "ceeg_optimizers.h"
#include "ceeg_pool.h"
#include "ceeg_spectrum.h"
#include "ceeg_reduction.h"
#include "ceeg_pooling.h"
#include "ceeg_recurrent.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The instruction sets a kernel body is compiled for. `CEEG_BASE` is SSE2 on x86-64 and NEON on arm64.
enum { CEEG_BASE = 0, CEEG_AVX2 = 1, CEEG_AVX512 = 2, CEEG_ISA_COUNT = 3 };

/// One function pointer for each kernel named in the lists.
struct ceeg_kernels {
#define CEEG_KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "ceeg_lists.h"
#undef CEEG_KERNEL
};

/// The table in force on this thread (see `ceeg_isa_override`); chosen once at load from the CPU and `EEG_ISA`.
extern const struct ceeg_kernels *ceeg_default_table;
extern _Thread_local const struct ceeg_kernels *ceeg_override_table;

static inline const struct ceeg_kernels *ceeg_table(void) {
    const struct ceeg_kernels *t = ceeg_override_table;
    return t ? t : ceeg_default_table;
}

/// The instruction set in force on this thread.
int ceeg_isa(void);
/// Whether this CPU can run `isa`.
bool ceeg_isa_supported(int isa);
/// Makes this thread, and the pool while it works for this thread, use `isa`; -1 returns to the default. For tests.
/// Returns false, and changes nothing, where the CPU cannot run it.
bool ceeg_isa_override(int isa);
/// The override in force on this thread, or -1.
int ceeg_isa_overridden(void);

// `ceeg_NAME(...)` calls NAME of the table in force.
#define CEEG_KERNEL(result, name, parameters, arguments) \
    static inline result ceeg_##name parameters { return ceeg_table()->name arguments; }
#include "ceeg_lists.h"
#undef CEEG_KERNEL

#ifdef __cplusplus
}
#endif

#endif
