// What padding puts beside a signal.
#ifndef CEEG_LAYOUT_H
#define CEEG_LAYOUT_H

/// Reflect: the signal mirrored about its end sample (at most size - 1 samples); replicate: the end sample; circular: the signal from its
/// other end (at most size samples).
enum { CEEG_PAD_REFLECT = 0, CEEG_PAD_REPLICATE = 1, CEEG_PAD_CIRCULAR = 2 };

#endif
