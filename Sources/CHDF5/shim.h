#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

// HDF5 names its built-in types, property classes and some flags by macros with side effects, which Swift cannot import.
static inline hid_t ceeg_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t ceeg_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ceeg_h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t ceeg_h5t_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t ceeg_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t ceeg_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ceeg_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t ceeg_h5t_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t ceeg_h5t_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t ceeg_h5t_native_uint64(void) { return H5T_NATIVE_UINT64; }

// A datatype of UTF-8 texts of any length; the caller closes it.
static inline hid_t ceeg_h5t_text(void) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static inline hid_t ceeg_h5f_create(const char *path) { return H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT); }
static inline hid_t ceeg_h5p_dataset_create(void) { return H5Pcreate(H5P_DATASET_CREATE); }
static inline hid_t ceeg_h5p_link_create(void) { return H5Pcreate(H5P_LINK_CREATE); }

// The library prints errors unless it is told not to, for each thread.
static inline void ceeg_h5e_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static inline herr_t ceeg_h5e_collect(unsigned n, const H5E_error2_t *error, void *context) {
    char *text = (char *)context;
    size_t used = strlen(text);
    if (used < 900) snprintf(text + used, 1000 - used, "%s%s: %s", n ? "; " : "", error->func_name, error->desc);
    return 0;
}

// Writes what the library says of the last failure to `text`, of 1000 bytes, and forgets it.
static inline void ceeg_h5e_message(char *text) {
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, ceeg_h5e_collect, text);
    H5Eclear2(H5E_DEFAULT);
}

#endif
