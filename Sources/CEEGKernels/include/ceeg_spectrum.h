// Spectra of overlapping frames: what is computed, with the tables for it.
#ifndef CEEG_SPECTRUM_H
#define CEEG_SPECTRUM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How rows of samples are cut into frames, and what is computed of each frame.
struct ceeg_spectrum_settings {
    int64_t length;          ///< of the Fourier transform
    int64_t hop;             ///< samples from one frame to the next
    int64_t padding;         ///< samples by which a row is extended at both ends
    bool reflect;            ///< the extension mirrors the row at its end samples, else it is zero
    int64_t bins;            ///< frequencies 0 ..< bins are computed, at most length / 2 + 1
    int64_t window_begin;    ///< where in a frame the window begins; all else is zero
    int64_t window_length;
    const float *window;     ///< [window_length]
    int64_t bands;           ///< 0: the complex spectrum; else weighted sums over bins of its power or magnitude
    const int64_t *band_begin, *band_length;  ///< the bins of each band
    const float *band_weights;                ///< those of all bands, one after the other
    bool magnitude;          ///< sums of the magnitude instead of its square
};

enum { CEEG_SPECTRUM_MOST_RADICES = 64, CEEG_SPECTRUM_BLOCK = 4 };

/// Settings with everything that can be computed before the samples are known.
struct ceeg_spectrum {
    struct ceeg_spectrum_settings settings;
    int64_t points;       // of the complex transform: half the length where that is even
    int64_t radix_count;
    int64_t radices[CEEG_SPECTRUM_MOST_RADICES];
    float *twiddles;      // for each radix r but the last and each p < points behind it / r: r - 1 complex factors
    float *unpack;        // cos, -sin of 2 pi k / length
    float *direct;        // blocks of bins of [window_length / 2 rounded up][BLOCK cosines, BLOCK sines]; NULL where a fast transform is cheaper
    float *rotation;      // [bins][2]: to the middle of the window
    int64_t band_weight_count;
};

/// Copies the settings and makes the tables; release with `ceeg_spectrum_destroy`. NULL where memory does not suffice.
struct ceeg_spectrum *ceeg_spectrum_create(const struct ceeg_spectrum_settings *settings);
void ceeg_spectrum_destroy(struct ceeg_spectrum *spectrum);

/// Frames in a row of `samples`; 0 where it is too short.
static inline int64_t ceeg_spectrum_frames(const struct ceeg_spectrum *s, int64_t samples) {
    const int64_t rest = samples + 2 * s->settings.padding - s->settings.length;
    return rest < 0 ? 0 : rest / s->settings.hop + 1;
}

#ifdef __cplusplus
}
#endif

#endif
