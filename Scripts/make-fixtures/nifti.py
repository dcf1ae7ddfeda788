#!/usr/bin/env python3
"""Writes small NIfTI images with made-up content for the tests. Needs numpy and nibabel.

usage: nifti.py FOLDER    (Tests/EEGDataTests/Fixtures/fuzz)
"""
import pathlib
import sys

import nibabel
import numpy as np

folder = pathlib.Path(sys.argv[1]) / "nifti"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(5)
affine = np.array([[-3.0, 0, 0, 90], [0, 3, 0, -126], [0, 0, 3, -72], [0, 0, 0, 1]])


def save(name, voxels, endianness="<", scale=None):
    header = nibabel.Nifti1Header(endianness=endianness)
    header.set_data_dtype(voxels.dtype)
    image = nibabel.Nifti1Image(voxels, affine, header)
    image.header.set_xyzt_units("mm", "sec")
    if voxels.ndim == 4:
        image.header["pixdim"][4] = 1.95
    if scale:
        image.header.set_slope_inter(*scale)
    image.header["descrip"] = b"made up"
    nibabel.save(image, folder / name)


save("bold.nii", random.integers(-300, 3000, size=(5, 6, 4, 7)).astype(np.int16), scale=(0.5, 10))
save("bold.nii.gz", random.normal(size=(5, 6, 4, 3)).astype(np.float32))
save("atlas.nii", random.integers(0, 48, size=(7, 5, 6)).astype(np.uint8), ">")
save("other.nii", random.normal(size=(3, 4, 5, 2)), ">")
