// The thread pool: persistent workers that spin for a moment, then park.
#ifndef CEEG_POOL_H
#define CEEG_POOL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Work on the half-open range [begin, end).
typedef void (*ceeg_body)(void *context, int64_t begin, int64_t end);

/// Calls `body` once for each chunk [0, grain), [grain, 2 grain) ... of [0, count).
///
/// The chunks depend on `count` and `grain` alone, never on the number of threads, so a body that writes one partial result
/// a chunk gives the same bits at any thread count. A nested call, and a call while another thread holds the pool, runs the same chunks serially.
void ceeg_parallel_for(int64_t count, int64_t grain, ceeg_body body, void *context);

/// Threads that a call from this thread may use, the caller included.
int ceeg_threads(void);
/// Sets the process-wide number of threads; at least 1. The default is `EEG_NUM_THREADS`, else the CPUs this process may run on.
void ceeg_set_threads(int threads);
/// Limits calls made from this thread to `threads`; 0 returns to the process-wide number. For tests.
void ceeg_threads_override(int threads);
/// The override in force on this thread, or 0.
int ceeg_threads_overridden(void);

#ifdef __cplusplus
}
#endif

#endif
