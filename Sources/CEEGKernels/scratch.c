// One growing buffer for each slot of each thread.
#include "scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct buffers {
    void *memory[CEEG_SCRATCH_SLOTS];
    size_t bytes[CEEG_SCRATCH_SLOTS];
};

static _Thread_local struct buffers *mine;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(void *argument) {
    struct buffers *buffers = argument;
    for (int slot = 0; slot < CEEG_SCRATCH_SLOTS; slot++) free(buffers->memory[slot]);
    free(buffers);
}

static void create_key(void) { pthread_key_create(&key, release); }

static void *required(void *memory) {
    if (!memory) {
        fputs("CEEGKernels: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *ceeg_scratch(enum ceeg_scratch_slot slot, size_t bytes) {
    if (!mine) {
        pthread_once(&once, create_key);
        mine = required(calloc(1, sizeof *mine));
        pthread_setspecific(key, mine);
    }
    if (mine->bytes[slot] < bytes) {
        bytes = (bytes + bytes / 4 + 4095) / 4096 * 4096;
        free(mine->memory[slot]);
        mine->memory[slot] = required(aligned_alloc(64, bytes));
        mine->bytes[slot] = bytes;
    }
    return mine->memory[slot];
}
