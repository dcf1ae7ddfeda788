// Kernels of ops/recurrent.inc: one or two directions of a layer at once, with equal batch, steps and hidden size. Included several times
// on purpose.
CEEG_KERNEL(void, lstm_forward, (const struct ceeg_lstm *directions, int64_t count), (directions, count))
CEEG_KERNEL(void, lstm_backward, (const struct ceeg_lstm_gradient *directions, int64_t count), (directions, count))
CEEG_KERNEL(void, gru_forward, (const struct ceeg_gru *directions, int64_t count), (directions, count))
CEEG_KERNEL(void, gru_backward, (const struct ceeg_gru_gradient *directions, int64_t count), (directions, count))
