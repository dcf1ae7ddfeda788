// One direction of a recurrent layer over whole sequences, as its kernels see it.
#ifndef CEEG_RECURRENT_H
#define CEEG_RECURRENT_H

#include <stdbool.h>
#include <stdint.h>

/// Sizes of one direction. A pointer marked optional can be NULL: zeros for what is read, not asked for when written.
struct ceeg_recurrent_sizes {
    int64_t batch, steps, hidden;
    /// Floats from one step of the output, and of its gradient, to the next: more than `hidden` where two directions share them.
    int64_t output_stride;
    /// Whether the sequence is read from its end.
    bool reversed;
};

/// An LSTM; gates in the order input, forget, cell, output.
struct ceeg_lstm {
    struct ceeg_recurrent_sizes sizes;
    const float *weight;                   // [4 hidden, hidden]
    const float *input_bias, *hidden_bias; // [4 hidden], optional
    const float *h0, *c0;                  // [batch, hidden], optional
    float *gates;                          // [batch, steps, 4 hidden]: the input's part; overwritten with the gates where `cells` is given
    float *cells;                          // [batch, steps, hidden], optional: kept for the gradient
    float *output;                         // [batch, steps, ...]
    float *h, *c;                          // the last state: [batch, hidden], optional
};

/// The gradient of an LSTM with respect to what its gates are computed from.
struct ceeg_lstm_gradient {
    struct ceeg_recurrent_sizes sizes;
    const float *weight, *c0, *gates, *cells;
    const float *d_output, *d_h, *d_c;     // optional
    float *d_gates;                        // [batch, steps, 4 hidden]: with respect to the arguments of the gates' activations
    float *d_h0, *d_c0;                    // optional
    float *d_bias;                         // [4 hidden], optional
};

/// A GRU; gates in the order reset, update, new.
struct ceeg_gru {
    struct ceeg_recurrent_sizes sizes;
    const float *weight;                   // [3 hidden, hidden]
    const float *input_bias, *hidden_bias; // [3 hidden], optional
    const float *h0;                       // [batch, hidden], optional
    float *gates;                          // [batch, steps, 3 hidden], as in an LSTM
    float *candidates;                     // [batch, steps, hidden], optional: W_hn h + b_hn, kept for the gradient
    float *output;
    float *h;
};

/// The gradient of a GRU with respect to what its gates are computed from.
struct ceeg_gru_gradient {
    struct ceeg_recurrent_sizes sizes;
    const float *weight, *h0, *gates, *candidates, *output;
    const float *d_output, *d_h;           // optional
    float *d_gates;                        // [batch, steps, 4 hidden]: reset, update, new, and the candidate
    float *d_h0;                           // optional
    float *d_bias;                         // [4 hidden], as d_gates, optional
};

#endif
