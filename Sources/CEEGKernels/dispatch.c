// Chooses the kernel table once, from the CPU and EEG_ISA.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceeg.h"

extern const struct ceeg_kernels ceeg_kernels_base;
#if defined(__x86_64__)
extern const struct ceeg_kernels ceeg_kernels_avx2, ceeg_kernels_avx512;
#endif

static const struct ceeg_kernels *table_of(int isa) {
    switch (isa) {
#if defined(__x86_64__)
    case CEEG_AVX2: return &ceeg_kernels_avx2;
    case CEEG_AVX512: return &ceeg_kernels_avx512;
#endif
    default: return &ceeg_kernels_base;
    }
}

static int isa_of(const struct ceeg_kernels *table) {
    for (int isa = CEEG_ISA_COUNT - 1; isa > CEEG_BASE; isa--)
        if (ceeg_isa_supported(isa) && table == table_of(isa)) return isa;
    return CEEG_BASE;
}

const struct ceeg_kernels *ceeg_default_table = &ceeg_kernels_base;
_Thread_local const struct ceeg_kernels *ceeg_override_table;

bool ceeg_isa_supported(int isa) {
    switch (isa) {
    case CEEG_BASE: return true;
#if defined(__x86_64__)
    case CEEG_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CEEG_AVX512:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
    default: return false;
    }
}

__attribute__((constructor)) static void choose_default(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    int isa = ceeg_isa_supported(CEEG_AVX512) ? CEEG_AVX512 : ceeg_isa_supported(CEEG_AVX2) ? CEEG_AVX2 : CEEG_BASE;
    const char *asked = getenv("EEG_ISA");
    if (asked && *asked) {
        int wanted = strcmp(asked, "base") == 0 ? CEEG_BASE : strcmp(asked, "avx2") == 0 ? CEEG_AVX2 : strcmp(asked, "avx512") == 0 ? CEEG_AVX512 : -1;
        if (wanted >= 0 && ceeg_isa_supported(wanted)) isa = wanted;
        else fprintf(stderr, "EEG_ISA=%s is ignored: base, avx2 or avx512 is expected, as far as the processor has them\n", asked);
    }
    ceeg_default_table = table_of(isa);
}

int ceeg_isa(void) { return isa_of(ceeg_table()); }

bool ceeg_isa_override(int isa) {
    if (isa < 0) {
        ceeg_override_table = NULL;
        return true;
    }
    if (!ceeg_isa_supported(isa)) return false;
    ceeg_override_table = table_of(isa);
    return true;
}

int ceeg_isa_overridden(void) { return ceeg_override_table ? isa_of(ceeg_override_table) : -1; }
