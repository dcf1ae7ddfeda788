// What the kernels of optimisers are told.
#ifndef CEEG_OPTIMIZERS_H
#define CEEG_OPTIMIZERS_H

#include <stdbool.h>

/// What becomes of each element of a gradient before it is used: times `scale`, then clamped to -limit ... limit.
struct ceeg_gradient_clipping {
    float scale, limit;
};

struct ceeg_sgd {
    struct ceeg_gradient_clipping clipping;
    float learning_rate, weight_decay, momentum, dampening;
    bool nesterov;
    /// Whether the momentum is the gradient itself, as at the first step.
    bool starts;
};

/// m moves to g by 1 - beta1, v to g^2 by 1 - beta2; value = retained * value - step_size * m / (sqrt(v) * root_scale + epsilon).
struct ceeg_adam {
    struct ceeg_gradient_clipping clipping;
    /// Is added to the gradient, times the value.
    float weight_decay;
    /// What is left of a value after a weight decay apart from the gradient.
    float retained;
    float one_minus_beta1, beta2, one_minus_beta2;
    float step_size, root_scale, epsilon;
    /// Without it the steps are step_size * m.
    bool adaptive;
};

#endif
