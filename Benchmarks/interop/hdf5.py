"""Reads HDF5 files that EEGData wrote with h5py, and lists what it finds: h5py must open every object and read every element.

Usage: python3 hdf5.py FILE.h5 ...
"""
import sys

import h5py
import numpy as np


def describe(name, item):
    line = f"  {name}: {dict(item.attrs)}"
    if isinstance(item, h5py.Dataset):
        values = item[()]
        total = np.sum(values, dtype="f8") if np.issubdtype(item.dtype, np.number) else values[:3]
        line = f"  {name}: {item.dtype} {item.shape} chunks {item.chunks} {item.compression or ''} sum {total} {dict(item.attrs)}"
    print(line)


for path in sys.argv[1:]:
    with h5py.File(path) as file:
        print(path, dict(file.attrs))
        file.visititems(describe)
