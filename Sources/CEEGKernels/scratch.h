// Working memory of the kernels, kept from one call to the next because fresh large blocks cost page faults.
#ifndef CEEG_SCRATCH_H
#define CEEG_SCRATCH_H

#include <stddef.h>

/// Who asks; two buffers that are in use at one time need two slots.
enum ceeg_scratch_slot {
    CEEG_SCRATCH_WEIGHTS,
    CEEG_SCRATCH_TABLES,
    CEEG_SCRATCH_INPUT,
    CEEG_SCRATCH_PANEL,
    CEEG_SCRATCH_OUTPUT,
    CEEG_SCRATCH_PARTIAL_SUMS,
    CEEG_SCRATCH_SLOTS,
};

/// At least `bytes` of memory, aligned to 64 bytes, with unspecified content. It belongs to the calling thread, stays valid until the thread
/// asks for the same slot again, and is freed when the thread ends.
void *ceeg_scratch(enum ceeg_scratch_slot slot, size_t bytes);

#endif
