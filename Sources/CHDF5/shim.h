#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>

// HDF5 names its built-in types, property classes and some flags by macros with side effects, which Swift cannot import.
static inline hid_t ceeg_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t ceeg_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ceeg_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ceeg_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }

#endif
