// Tables for the Fourier transforms of short blocks.
#include "ceeg_block_transform.h"

#include <math.h>
#include <pthread.h>

enum { SIZES = 4, FLOATS = 2 * CEEG_MOST_BLOCK };

static struct ceeg_block_transform transforms[SIZES] = {
    {.points = 64, .passes = 2, .radices = {8, 8}},
    {.points = 128, .passes = 3, .radices = {8, 4, 4}},
    {.points = 256, .passes = 3, .radices = {8, 8, 4}},
    {.points = 512, .passes = 3, .radices = {8, 8, 8}},
};
static float tables[SIZES][FLOATS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(struct ceeg_block_transform *t, float *w) {
    int64_t m = t->points;
    for (int64_t pass = 0; pass < t->passes; m /= t->radices[pass++]) {
        const int64_t r = t->radices[pass];
        t->twiddles[pass] = w;
        for (int64_t q = 0; q < m / r; q++)
            for (int64_t k = 1; k < r; k++) {
                const double angle = 2 * M_PI * (double)(q * k) / (double)m;
                *w++ = (float)cos(angle), *w++ = (float)-sin(angle);
            }
    }
    // A pass of radix r puts the frequencies with remainder k modulo r into the k-th of its r parts.
    for (int64_t f = 0; f < t->points; f++) {
        int64_t place = 0, rest = f, part = t->points;
        for (int64_t pass = 0; pass < t->passes; pass++) {
            part /= t->radices[pass];
            place += rest % t->radices[pass] * part;
            rest /= t->radices[pass];
        }
        t->place[f] = place;
    }
}

static void fill_all(void) {
    for (int size = 0; size < SIZES; size++) fill(&transforms[size], tables[size]);
}

const struct ceeg_block_transform *ceeg_block_transform(int64_t points) {
    pthread_once(&once, fill_all);
    int size = 0;
    while (transforms[size].points < points) size++;
    return &transforms[size];
}
