// Which algorithm computes a convolution: the cheaper one by counted work, in units of one multiply-add of a vector of 16 lanes.
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ceeg.h"

enum { LANES = 16, SIZES = 4 };

// Measured with AVX-512: transforming 16 pairs of blocks of 64, 128, 256 and 512 values, rows to lanes and back included.
static const double transform_cost[SIZES] = {4600, 11000, 29000, 80000};

// What the transforms must save before they are chosen.
static const double least_gain = 1.25;

static double ceil_div(double a, double b) { return (double)(((int64_t)a + (int64_t)b - 1) / (int64_t)b); }

/// What a pass computes: `outputs` signals of `positions` values for each of `lines`, from `inputs` signals.
struct work {
    double lines, inputs, outputs, positions, taps;
};

static struct work work_of(const struct ceeg_convolution *g, enum ceeg_convolution_pass pass) {
    const double channels = (double)(g->in_channels * g->kernel_height), outputs = (double)g->out_channels;
    struct work w = {(double)(g->batch * g->out_height), channels, outputs, (double)g->out_width, (double)g->kernel_width};
    if (pass == CEEG_CONVOLUTION_INPUT_GRADIENT) w.inputs = outputs, w.outputs = channels, w.positions = (double)g->in_width;
    return w;
}

/// Few outputs beside one another leave the direct kernel waiting for its loads.
static double direct_cost(const struct work *w, enum ceeg_convolution_pass pass) {
    const double products = w->lines * w->inputs * w->outputs * ceil_div(w->positions, LANES) * w->taps;
    return pass == CEEG_CONVOLUTION_WEIGHT_GRADIENT || w->outputs > 2 ? products : products * 2;
}

static double blocks_cost(const struct work *w, enum ceeg_convolution_pass pass, int size) {
    const double points = 64 << size, step = points - w->taps + 1, pairs = w->lines * ceil_div(w->positions, 2 * step);
    const double groups = ceil_div(pairs, LANES), kernels = ceil_div(w->inputs * w->outputs, LANES);
    double signals = groups * (w->inputs + w->outputs), products = groups * (points / 2 + 1) * 8 * w->inputs * w->outputs;
    if (pass == CEEG_CONVOLUTION_WEIGHT_GRADIENT) {
        const double by_output = ceil_div(w->outputs, LANES) * LANES / w->outputs, by_input = ceil_div(w->inputs, LANES) * LANES / w->inputs;
        const bool wide_is_output = by_output <= by_input;
        signals += groups * (wide_is_output ? (by_output - 1) * w->outputs : (by_input - 1) * w->inputs);
        products *= wide_is_output ? by_output : by_input;
    }
    if (pass != CEEG_CONVOLUTION_PACKED) signals += kernels;
    return signals * transform_cost[size] + products;
}

static bool can_use_blocks(const struct ceeg_convolution *g) {
    const bool one_row = g->kernel_height == 1 && g->in_height == g->out_height && g->stride_height == 1;
    const bool all_rows = g->kernel_height == g->in_height && g->out_height == 1 && g->dilation_height == 1;
    return g->groups == 1 && g->stride_width == 1 && g->dilation_width == 1 && g->pad_top == 0 && (one_row || all_rows) &&
           g->kernel_width <= CEEG_MOST_BLOCK * 3 / 4;
}

static _Thread_local int override = -1;
static int asked = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_environment(void) {
    const char *name = getenv("EEG_CONVOLUTION");
    if (name && strcmp(name, "direct") == 0) asked = CEEG_CONVOLUTION_DIRECT;
    if (name && strcmp(name, "fft") == 0) asked = CEEG_CONVOLUTION_FFT;
}

void ceeg_convolution_override(int algorithm) { override = algorithm; }
int ceeg_convolution_overridden(void) { return override; }

int64_t ceeg_convolution_points(const struct ceeg_convolution *g, enum ceeg_convolution_pass pass) {
    pthread_once(&once, read_environment);
    const int forced = override >= 0 ? override : asked;
    if (forced == CEEG_CONVOLUTION_DIRECT || !can_use_blocks(g)) return 0;
    const struct work w = work_of(g, pass);
    double least = forced == CEEG_CONVOLUTION_FFT ? HUGE_VAL : direct_cost(&w, pass) / least_gain;
    int64_t points = 0;
    for (int size = 0; size < SIZES; size++) {
        if ((64 << size) * 3 / 4 < g->kernel_width) continue;
        const double cost = blocks_cost(&w, pass, size);
        if (cost < least) least = cost, points = 64 << size;
    }
    return points;
}

int64_t ceeg_convolution_packed_floats(const struct ceeg_convolution *g, int64_t points) {
    const int64_t kernels = g->out_channels * (g->in_channels / g->groups) * g->kernel_height;
    return kernels * (points > 0 ? points + 2 : g->kernel_width);
}
