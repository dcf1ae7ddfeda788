// Kinds of reduction. The axes to reduce are a bit mask: bit i stands for axis i.
#ifndef CEEG_REDUCTION_H
#define CEEG_REDUCTION_H

enum ceeg_reduction { CEEG_SUM, CEEG_MAX, CEEG_MIN, CEEG_PRODUCT };

#endif
