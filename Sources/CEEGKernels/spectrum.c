// Tables for the spectra of frames, and the choice between a fast transform and a product with a matrix.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ceeg.h"

static float *copy_floats(const float *source, int64_t count) {
    float *copy = malloc((count + 1) * sizeof *copy);
    if (copy && count > 0) memcpy(copy, source, count * sizeof *copy);
    return copy;
}

static int64_t *copy_integers(const int64_t *source, int64_t count) {
    int64_t *copy = malloc((count + 1) * sizeof *copy);
    if (copy && count > 0) memcpy(copy, source, count * sizeof *copy);
    return copy;
}

// Factors for the passes: 8 and 4 rather than 2.
static int64_t factorize(int64_t points, int64_t radices[CEEG_SPECTRUM_MOST_RADICES]) {
    int64_t count = 0, twos = 0;
    for (; points % 2 == 0; points /= 2) twos++;
    for (; twos >= 3 && twos != 4; twos -= 3) radices[count++] = 8;
    for (; twos >= 2; twos -= 2) radices[count++] = 4;
    if (twos == 1) radices[count++] = 2;
    for (int64_t p = 3; points > 1; p += 2) {
        if (p * p > points) p = points;
        for (; points % p == 0; points /= p) radices[count++] = p;
    }
    return count;
}

// Vector operations of a fast transform of one frame a lane, and of the unpacking behind it. Measured: arithmetic of 8 a point and
// radix-8 pass, about as much again for the traffic with the second cache where the points do not fit the first.
static double fast_cost(const struct ceeg_spectrum *s) {
    double cost = 0;
    for (int64_t k = 0; k < s->radix_count; k++) {
        const double r = s->radices[k];
        cost += s->points * (r <= 8 ? 6 + r : 4 * r);
    }
    return cost + 8.0 * s->settings.bins;
}

static double direct_cost(const struct ceeg_spectrum *s) { return (double)s->settings.bins * s->settings.window_length + 4.0 * s->settings.bins; }

static bool make_twiddles(struct ceeg_spectrum *s) {
    int64_t total = 0, n = s->points;
    for (int64_t k = 0; k < s->radix_count; n /= s->radices[k++]) total += n / s->radices[k] * (s->radices[k] - 1) * 2;
    float *w = s->twiddles = malloc((total + 1) * sizeof *w);
    if (!w) return false;
    n = s->points;
    for (int64_t k = 0; k < s->radix_count; n /= s->radices[k++]) {
        const int64_t r = s->radices[k];
        for (int64_t p = 0; p < n / r; p++)
            for (int64_t j = 1; j < r; j++, w += 2) {
                const double angle = -2 * M_PI * (double)(p * j % n) / (double)n;
                w[0] = (float)cos(angle), w[1] = (float)sin(angle);
            }
    }
    const int64_t length = s->settings.length;
    s->unpack = malloc(2 * (length / 2 + 1) * sizeof *s->unpack);
    if (!s->unpack) return false;
    for (int64_t k = 0; k <= length / 2; k++) {
        const double angle = 2 * M_PI * (double)k / (double)length;
        s->unpack[2 * k] = (float)cos(angle), s->unpack[2 * k + 1] = (float)-sin(angle);
    }
    return true;
}

// cos and sin of 2 pi bin place / length, the place counted in halves and reduced before it is rounded.
static void turn(int64_t bin, int64_t half_places, int64_t length, double *c, double *s) {
    const int64_t period = 2 * length;
    const int64_t reduced = ((bin % period) * (half_places % period) % period + period) % period;
    *c = cos(2 * M_PI * (double)reduced / (double)period), *s = sin(2 * M_PI * (double)reduced / (double)period);
}

// Samples at equal distances d from the middle of the window are first added and subtracted: sums meet cosines, differences meet sines.
static bool make_direct(struct ceeg_spectrum *s) {
    enum { BLOCK = CEEG_SPECTRUM_BLOCK };
    const int64_t window = s->settings.window_length, pairs = (window + 1) / 2, bins = s->settings.bins;
    const int64_t blocks = (bins + BLOCK - 1) / BLOCK;
    float *table = s->direct = calloc(blocks * pairs * 2 * BLOCK + 1, sizeof *table);
    s->rotation = malloc(2 * (bins + 1) * sizeof *s->rotation);
    if (!table || !s->rotation) return false;
    for (int64_t bin = 0; bin < bins; bin++) {
        double c, d;
        for (int64_t j = 0; j < pairs; j++) {
            float *entry = table + ((bin / BLOCK * pairs + j) * 2) * BLOCK + bin % BLOCK;
            turn(bin, 2 * j - (window - 1), s->settings.length, &c, &d);
            entry[0] = (float)c, entry[BLOCK] = (float)d;
        }
        turn(bin, 2 * s->settings.window_begin + window - 1, s->settings.length, &c, &d);
        s->rotation[2 * bin] = (float)c, s->rotation[2 * bin + 1] = (float)-d;
    }
    return true;
}

struct ceeg_spectrum *ceeg_spectrum_create(const struct ceeg_spectrum_settings *settings) {
    struct ceeg_spectrum *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->settings = *settings;
    for (int64_t band = 0; band < settings->bands; band++) s->band_weight_count += settings->band_length[band];
    s->settings.window = copy_floats(settings->window, settings->window_length);
    s->settings.band_begin = copy_integers(settings->band_begin, settings->bands);
    s->settings.band_length = copy_integers(settings->band_length, settings->bands);
    s->settings.band_weights = copy_floats(settings->band_weights, s->band_weight_count);
    s->points = settings->length % 2 == 0 ? settings->length / 2 : settings->length;
    s->radix_count = factorize(s->points, s->radices);
    bool made = s->settings.window && s->settings.band_begin && s->settings.band_length && s->settings.band_weights && make_twiddles(s);
    if (made && direct_cost(s) < fast_cost(s)) made = make_direct(s);
    if (made) return s;
    ceeg_spectrum_destroy(s);
    return NULL;
}

void ceeg_spectrum_destroy(struct ceeg_spectrum *s) {
    if (!s) return;
    free((void *)s->settings.window);
    free((void *)s->settings.band_begin);
    free((void *)s->settings.band_length);
    free((void *)s->settings.band_weights);
    free(s->twiddles);
    free(s->unpack);
    free(s->direct);
    free(s->rotation);
    free(s);
}
