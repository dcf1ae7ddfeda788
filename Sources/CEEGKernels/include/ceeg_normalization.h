// Activations that normalisation kernels apply in the same pass.
#ifndef CEEG_NORMALIZATION_H
#define CEEG_NORMALIZATION_H

/// What follows the normalisation; parameter p as for the element-wise function of the same name.
enum ceeg_fused_activation {
    CEEG_FUSED_NONE,
    CEEG_FUSED_RELU,
    CEEG_FUSED_LEAKY_RELU,
    CEEG_FUSED_ELU,
    CEEG_FUSED_SILU,
    CEEG_FUSED_GELU,
};

#endif
