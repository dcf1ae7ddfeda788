// What the kernels of losses are told.
#ifndef CEEG_LOSSES_H
#define CEEG_LOSSES_H

#include <stdint.h>

/// Losses of each element x for a target t; p is their parameter.
/// Squared (x - t)^2; absolute |x - t|; Huber: (x - t)^2 / 2 up to |x - t| = p, beyond it p (|x - t| - p / 2);
/// binary: cross-entropy of the logit x, p the weight of the positive class; divergence t (log t - x) of the log-probability x; log
/// divergence: the same with t a log-probability.
enum {
    CEEG_LOSS_SQUARED = 0,
    CEEG_LOSS_ABSOLUTE = 1,
    CEEG_LOSS_HUBER = 2,
    CEEG_LOSS_BINARY = 3,
    CEEG_LOSS_DIVERGENCE = 4,
    CEEG_LOSS_LOG_DIVERGENCE = 5
};

/// A cross-entropy over logits [batch, classes, positions]. The target of a position is either a label or one number a class.
struct ceeg_cross_entropy {
    int64_t batch, classes, positions;
    /// [batch, positions], a negative one meaning that the position does not count; or null.
    const int64_t *labels;
    /// [batch, classes, positions], or null.
    const float *targets;
    /// [classes], or null for ones.
    const float *class_weights;
    float label_smoothing;
};

#endif
