#!/usr/bin/env python3
"""Writes small MATLAB and EEGLAB files with made-up content for the tests. Needs numpy and scipy.

usage: mat.py FOLDER    (Tests/EEGDataTests/Fixtures/fuzz)
"""
import pathlib
import struct
import sys

import numpy as np
import scipy.io
import scipy.sparse

root = pathlib.Path(sys.argv[1])
random = np.random.default_rng(5)


def write_mat(folder):
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {
        "double": np.arange(15.0).reshape(3, 5) / 7,
        "single": random.normal(size=(4, 3, 2)).astype(np.float32),
        "whole": np.arange(-6, 6, dtype=np.int16).reshape(3, 4),
        "wide": np.array([[2**62, -(2**62)]], dtype=np.int64),
        "complex": np.array([[1 + 2j, 3 - 4j]]),
        "flags": np.array([[True, False, True]]),
        "sparse": scipy.sparse.csc_array(np.diag([1.0, 0, 3, 0])),
        "empty": np.zeros((0, 3)),
    }
    scipy.io.savemat(folder / "numbers.mat", numbers)
    cells = np.empty((2, 2), dtype=object)
    cells[:] = [["a", np.arange(3.0)], [np.array(["one", "three"]), np.zeros((0, 0))]]
    events = np.zeros((1, 3), dtype=[("type", object), ("latency", object)])
    for index in range(3):
        events[0, index] = ("täk" if index == 1 else "tick", 10.5 * index)
    nested = {"cells": cells, "events": events, "matrix": random.normal(size=(6, 40)), "text": "α rhythm"}
    scipy.io.savemat(folder / "compressed.mat", nested, do_compression=True)
    scipy.io.savemat(folder / "version4.mat", {"x": np.arange(6.0).reshape(2, 3), "name": "eeg"}, format="4")
    (folder / "big-endian.mat").write_bytes(big_endian())


def big_endian():
    """A 2 x 3 double matrix stored as int16, by a machine of the other byte order."""
    header = b"MATLAB 5.0 MAT-file, made up".ljust(116, b" ") + bytes(8) + struct.pack(">H", 0x0100) + b"MI"
    body = struct.pack(">IIII", 6, 8, 6, 0) + struct.pack(">IIii", 5, 8, 2, 3)
    body += struct.pack(">I4s", 1 << 16 | 1, b"x\0\0\0")
    body += struct.pack(">II", 3, 12) + struct.pack(">6h", 1, 2, 3, -4, 5, 600) + bytes(4)
    return header + struct.pack(">II", 14, len(body)) + body


def data_set(channels, points, trials, data):
    locations = np.zeros((1, channels), dtype=[(name, object) for name in ("labels", "type", "X", "Y", "Z")])
    for index in range(channels):
        locations[0, index] = (["Fp1", "Cz", "EOG"][index % 3], ["EEG", "", "EOG"][index % 3], 80.0, 10.0 * index, -4.5)
    events = np.zeros((1, 3), dtype=[("type", object), ("latency", object), ("duration", object)])
    events[0, 0] = ("square", 3.25, 0.0)
    events[0, 1] = ("boundary", 20.5, 50.0)
    events[0, 2] = (7.0, 31.0, np.zeros((0, 0)))
    return {
        "setname": "made up", "nbchan": channels, "pnts": points, "trials": trials, "srate": 100.0, "xmin": -0.1, "xmax": 0.2,
        "data": data, "chanlocs": locations, "event": events, "epoch": np.zeros((0, 0)), "ref": "common", "datfile": "",
    }


def write_eeglab(folder):
    folder.mkdir(parents=True, exist_ok=True)
    continuous = (20 * random.normal(size=(3, 40))).astype(np.float32)
    epochs = (20 * random.normal(size=(2, 10, 4))).astype(np.float32)
    scipy.io.savemat(folder / "continuous.set", {"EEG": data_set(3, 40, 1, "renamed.fdt")}, oned_as="row")
    continuous.T.astype("<f4").tofile(folder / "continuous.fdt")
    scipy.io.savemat(folder / "epochs.set", {"EEG": data_set(2, 10, 4, epochs)}, do_compression=True, oned_as="row")
    fields = data_set(3, 40, 1, continuous.astype(np.float64))
    fields["chanlocs"] = np.zeros((0, 0))
    scipy.io.savemat(folder / "fields.set", fields, do_compression=True, oned_as="row")


write_mat(root / "mat")
write_eeglab(root / "eeglab")
