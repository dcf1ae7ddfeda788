// A pool of persistent workers. One job at a time; its chunks are claimed one by one from a single atomic word, so that a late
// worker can never touch a job that has ended.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include "ceeg.h"

enum { MAX_WORKERS = 255, SPINS_BEFORE_PARKING = 4000, SPINS_BEFORE_YIELDING = 2000 };

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// The job. `open` counts the chunks nobody has claimed yet; a claim is a decrement that succeeds, and only a successful claim entitles
// to read the other fields: the job's owner waits until every claimed chunk is finished before it writes them again.
static struct {
    ceeg_body body;
    void *context;
    int64_t count, grain, chunks;
    const struct ceeg_kernels *table;
} job;
static _Alignas(64) _Atomic int64_t open_chunks;
static _Alignas(64) _Atomic int64_t finished_chunks;
static _Alignas(64) _Atomic int worker_limit;
static _Alignas(64) _Atomic int parked_workers;

static pthread_mutex_t owner_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t park_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t park_condition = PTHREAD_COND_INITIALIZER;
static int started_workers;  // guarded by owner_lock

static _Atomic int process_threads;
static _Thread_local int thread_override;
static _Thread_local bool inside_job;

static bool claim(int64_t *chunk) {
    int64_t open = atomic_load_explicit(&open_chunks, memory_order_relaxed);
    while (open > 0) {
        if (atomic_compare_exchange_weak_explicit(&open_chunks, &open, open - 1, memory_order_acquire, memory_order_relaxed)) {
            *chunk = job.chunks - open;
            return true;
        }
    }
    return false;
}

static void run_chunk(int64_t chunk) {
    int64_t begin = chunk * job.grain, end = begin + job.grain;
    job.body(job.context, begin, end < job.count ? end : job.count);
    atomic_fetch_add_explicit(&finished_chunks, 1, memory_order_release);
}

static void *worker_main(void *argument) {
    const int index = (int)(intptr_t)argument;
    inside_job = true;
    for (;;) {
        int spins = 0;
        int64_t chunk;
        bool wanted;
        while (!((wanted = index < atomic_load_explicit(&worker_limit, memory_order_relaxed)) && claim(&chunk))) {
            relax();
            if (++spins < SPINS_BEFORE_PARKING && wanted) continue;
            pthread_mutex_lock(&park_lock);
            atomic_fetch_add(&parked_workers, 1);
            while (atomic_load(&open_chunks) <= 0 || index >= atomic_load(&worker_limit)) pthread_cond_wait(&park_condition, &park_lock);
            atomic_fetch_sub(&parked_workers, 1);
            pthread_mutex_unlock(&park_lock);
            spins = 0;
        }
        ceeg_override_table = job.table;
        run_chunk(chunk);
    }
    return NULL;
}

static int available_cpus(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (int)n;
}

static int clamped(int threads) { return threads < 1 ? 1 : threads > MAX_WORKERS ? MAX_WORKERS : threads; }

int ceeg_threads(void) {
    if (thread_override > 0) return thread_override;
    int threads = atomic_load_explicit(&process_threads, memory_order_relaxed);
    if (threads == 0) {
        const char *text = getenv("EEG_NUM_THREADS");
        char *end = NULL;
        const long number = text && *text ? strtol(text, &end, 10) : 0;
        const int asked = end && *end == 0 && number > 0 && number <= INT_MAX ? (int)number : 0;
        if (text && *text && asked == 0) fprintf(stderr, "EEG_NUM_THREADS=%s is ignored: a positive number is expected\n", text);
        threads = clamped(asked > 0 ? asked : available_cpus());
        atomic_store_explicit(&process_threads, threads, memory_order_relaxed);
    }
    return threads;
}

void ceeg_set_threads(int threads) { atomic_store_explicit(&process_threads, clamped(threads), memory_order_relaxed); }
void ceeg_threads_override(int threads) { thread_override = threads > 0 ? clamped(threads) : 0; }
int ceeg_threads_overridden(void) { return thread_override; }

static void run_serially(int64_t count, int64_t grain, ceeg_body body, void *context) {
    for (int64_t begin = 0; begin < count; begin += grain) body(context, begin, begin + grain < count ? begin + grain : count);
}

static void start_workers(int wanted) {
    while (started_workers < wanted) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker_main, (void *)(intptr_t)started_workers) != 0) return;
        pthread_detach(thread);
        started_workers++;
    }
}

void ceeg_parallel_for(int64_t count, int64_t grain, ceeg_body body, void *context) {
    if (count <= 0) return;
    if (grain < 1) grain = 1;
    if (count <= grain) {
        body(context, 0, count);
        return;
    }
    const int64_t chunks = (count + grain - 1) / grain;
    int threads = ceeg_threads();
    if (threads > chunks) threads = (int)chunks;
    if (threads == 1 || inside_job || pthread_mutex_trylock(&owner_lock) != 0) {
        run_serially(count, grain, body, context);
        return;
    }
    start_workers(threads - 1);
    job.body = body;
    job.context = context;
    job.count = count;
    job.grain = grain;
    job.chunks = chunks;
    job.table = ceeg_override_table;
    atomic_store_explicit(&finished_chunks, 0, memory_order_relaxed);
    atomic_store(&worker_limit, threads - 1);
    atomic_store(&open_chunks, chunks);
    if (atomic_load(&parked_workers) > 0) {
        pthread_mutex_lock(&park_lock);
        pthread_cond_broadcast(&park_condition);
        pthread_mutex_unlock(&park_lock);
    }
    inside_job = true;
    int64_t chunk;
    while (claim(&chunk)) run_chunk(chunk);
    inside_job = false;
    for (int spins = 0; atomic_load_explicit(&finished_chunks, memory_order_acquire) < chunks; spins++) {
        if (spins < SPINS_BEFORE_YIELDING) relax();
        else sched_yield();
    }
    pthread_mutex_unlock(&owner_lock);
}
