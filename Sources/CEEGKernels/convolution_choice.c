// Which algorithm computes a convolution: the cheaper one by counted work, in units of one multiply-add of a vector of 16 lanes.
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceeg.h"

enum { LANES = 16, SIZES = 4 };

// Measured: transforming 16 pairs of blocks of 64, 128, 256 and 512 values, rows to lanes and back included.
static const double transform_cost[SIZES] = {4600, 9500, 22000, 60000};

// A multiply-add of the direct kernel, which loads more, beside one of a product of spectra; and where its results are one or two signals.
static const double direct_unit = 1.25, direct_unit_of_few = 2.5;
// What a group's spectra and the kernel's add to the cost as they outgrow the second-level cache: as much as all else for so many floats.
static const double doubling_floats = 1 << 20, most_doublings = 1.5;

// A multiply-add of the weight gradient's products, whose sums go through memory; and where these are beyond that cache.
static const double sum_unit = 1.25, sum_unit_of_many = 2, most_cached_sums = 1 << 14;

// What the transforms must save before they are chosen.
static const double least_gain = 1.2;

static double smaller(double a, double b) { return a < b ? a : b; }
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

static double direct_cost(const struct work *w, enum ceeg_convolution_pass pass) {
    const bool few = pass != CEEG_CONVOLUTION_WEIGHT_GRADIENT && w->outputs <= 2;
    return w->lines * w->inputs * w->outputs * w->positions / LANES * w->taps * (few ? direct_unit_of_few : direct_unit);
}

static double blocks_cost(const struct work *w, enum ceeg_convolution_pass pass, int size) {
    const double points = 64 << size, frequencies = points / 2 + 1, step = points - w->taps + 1;
    const double groups = ceil_div(w->lines * ceil_div(w->positions, 2 * step), LANES);
    const double inputs = w->inputs, outputs = w->outputs, kernels = ceil_div(inputs * outputs, LANES) * transform_cost[size];
    if (pass != CEEG_CONVOLUTION_WEIGHT_GRADIENT) {
        const double group = (inputs + outputs) * transform_cost[size] + frequencies * 8 * inputs * outputs;
        const double floats = 2 * LANES * points * inputs + (points + 2) * inputs * outputs;
        return groups * group * (1 + smaller(most_doublings, floats / doubling_floats)) + (pass == CEEG_CONVOLUTION_PACKED ? 0 : kernels);
    }
    // One operand's channels are in lanes, some of them empty.
    const double wide_outputs = ceil_div(outputs, LANES) * LANES, wide_inputs = ceil_div(inputs, LANES) * LANES;
    const bool output_is_wide = wide_outputs * inputs <= wide_inputs * outputs;
    const double signals = output_is_wide ? wide_outputs + inputs : wide_inputs + outputs;
    const double sums = frequencies * (output_is_wide ? wide_outputs * inputs : wide_inputs * outputs);
    return groups * (signals * transform_cost[size] + 8 * sums * (sums > most_cached_sums * LANES ? sum_unit_of_many : sum_unit)) + kernels;
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
    if (!name || !*name) return;
    if (strcmp(name, "direct") == 0) asked = CEEG_CONVOLUTION_DIRECT;
    else if (strcmp(name, "fourier") == 0) asked = CEEG_CONVOLUTION_FOURIER;
    else fprintf(stderr, "EEG_CONVOLUTION=%s is ignored: direct or fourier is expected\n", name);
}

void ceeg_convolution_override(int algorithm) { override = algorithm; }
int ceeg_convolution_overridden(void) { return override; }

int64_t ceeg_convolution_points(const struct ceeg_convolution *g, enum ceeg_convolution_pass pass) {
    pthread_once(&once, read_environment);
    const int forced = override >= 0 ? override : asked;
    if (forced == CEEG_CONVOLUTION_DIRECT || !can_use_blocks(g)) return 0;
    const struct work w = work_of(g, pass);
    double least = forced == CEEG_CONVOLUTION_FOURIER ? HUGE_VAL : direct_cost(&w, pass) / least_gain;
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
