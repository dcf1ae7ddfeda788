"""Writes the HDF5 and pickle files that the fuzz tests damage and the format tests read: made-up content only.

Needs h5py and NumPy. Usage: python3 hdf5.py TESTS_FIXTURES_FOLDER
"""
import pickle
import sys
from pathlib import Path

import h5py
import numpy as np


def fill(file, rng):
    """One of each: texts of both kinds, filters, storage in one piece and in chunks, byte orders, links, truth values."""
    file.attrs["format"] = "fixture"
    file.attrs["version"] = np.int32(1)
    file.attrs["rates"] = np.arange(4.0)
    file.create_dataset("names/variable", data=["a", "bb", "ccc", "Öre"], dtype=h5py.string_dtype())
    file.create_dataset("names/fixed", data=np.array([b"a", b"bb"]))
    file["numbers"] = np.arange(6, dtype=">i2").reshape(2, 3)
    file["half"] = np.array([0.5, -2, 65504, 6e-8], dtype="f2")
    file["truth"] = np.array([True, False])
    file["alias"] = h5py.SoftLink("/names/fixed")
    file["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
    file["compound"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f8"), ("c", "i1")])
    signals = np.arange(200, dtype="f4").reshape(4, 50)
    file.create_dataset("signals", data=signals, chunks=(3, 16), compression="gzip", shuffle=True)
    file.create_dataset("growing", data=signals, chunks=(4, 7), maxshape=(4, None), compression="gzip")
    file.create_dataset("checked", data=np.arange(5), chunks=(2,), maxshape=(None,), fletcher32=True)
    sparse = file.create_dataset("sparse", shape=(10, 10), dtype="i4", chunks=(4, 4), maxshape=(None, None), fillvalue=7)
    sparse[5, 5] = 1
    file.create_dataset("one", data=signals, chunks=(4, 50), compression="gzip")
    for index in range(12):
        file[f"many/{index:03d}"] = np.float64(index)
        file["many"].attrs[f"attribute {index}"] = index


def main(folder):
    rng = np.random.default_rng(1)
    hdf5 = folder / "fuzz" / "hdf5"
    hdf5.mkdir(parents=True, exist_ok=True)
    for name, version in (("old", ("earliest", "v108")), ("new", ("v110", "v110"))):
        with h5py.File(hdf5 / f"{name}.h5", "w", libver=version) as file:
            fill(file, rng)
    with h5py.File(hdf5 / "paged.h5", "w", libver=("v110", "v110")) as file:
        # More chunks than a page of the index holds.
        file.create_dataset("fixed", data=np.arange(1100, dtype="i1"), chunks=(1,))
        file.create_dataset("extensible", data=np.arange(2100, dtype="i2"), chunks=(1,), maxshape=(None,))

    pickles = folder / "fuzz" / "pickle"
    pickles.mkdir(parents=True, exist_ok=True)
    shared = [1, 2.5, "three"]
    value = {
        "meg": [rng.normal(size=(3, 40)).astype("f4"), np.asfortranarray(rng.normal(size=(2, 5)))],
        "events": [[1, 2, 300, -70000], []],
        "file": ["block one.ds", "Öre"],
        "flags": (True, None, b"\x00\xff", shared, shared, np.float64(2.5), 2**40),
        "names": np.array(["Fp1", "Cz"]),
        "big": np.arange(4, dtype=">i4"),
    }
    for protocol in (2, 3, 4, 5):
        (pickles / f"protocol{protocol}.pkl").write_bytes(pickle.dumps(value, protocol=protocol))

    # Two blocks, as nested lists and as an array; numbers of several kinds.
    meg = folder / "meg"
    meg.mkdir(parents=True, exist_ok=True)
    first = (np.arange(120.0).reshape(3, 40) * 1e-13).tolist()
    recording = {
        "meg": [first, np.arange(60.0).reshape(3, 20) * 1e-13],
        "events": [[7, 3.0, np.int64(30), 7], []],
        "reannot": [[], np.array([5.0])],
        "file": ["one.ds", "two.ds"],
        "is_reannoted": [False, True],
    }
    for protocol in (2, 3, 4, 5):
        (meg / f"data_raw_1_protocol{protocol}.pkl").write_bytes(pickle.dumps(recording, protocol=protocol))
    (meg / "missing_keys.pkl").write_bytes(pickle.dumps({"meg": [], "events": []}, protocol=4))
    spikes(folder)
    matlab(folder)


def spikes(folder):
    """A recording of the schema meg-spikes-raw, by h5py."""
    folder = folder / "fuzz" / "meg"
    folder.mkdir(parents=True, exist_ok=True)
    for compression in (None, "gzip"):
        with h5py.File(folder / f"{compression or 'plain'}.h5", "w") as file:
            file.attrs.update({"format": "meg-spikes-raw", "version": np.int32(1), "patient": np.int32(3), "sfreq": 150.0, "units": "T"})
            file.attrs.update({"highpass": 0.5, "lowpass": 50.0, "n_channels": np.int32(2), "created_by": "h5py", "source_sha256": ""})
            file.create_dataset("channels/name", data=["MLC11", "MLC12"], dtype=h5py.string_dtype())
            file["channels/position"] = np.zeros((2, 3))
            for index in range(3):
                block = file.create_group(f"blocks/{index:03d}")
                signal = (np.arange(400).reshape(2, 200) * 1e-13).astype("f4")
                block.create_dataset("meg", data=signal, chunks=(2, 150), compression=compression, shuffle=compression is not None)
                block["events"] = np.array([3, 50], dtype="i8")
                block["reannot"] = np.array([], dtype="i8")
                block.attrs.update({"file": f"{index}.ds", "is_reannotated": np.uint8(0), "n_samples": np.int64(200), "index": np.int32(index)})


def matlab(folder):
    """A file as MATLAB 7.3 writes it: a user block with its header, reversed axes, classes as attributes, references for cells."""
    folder = folder / "fuzz" / "mat73"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "kinds.mat"
    with h5py.File(path, "w", userblock_size=512) as file:

        def put(name, data, kind, **attributes):
            dataset = file.create_dataset(name, data=data)
            dataset.attrs["MATLAB_class"] = np.bytes_(kind)
            dataset.attrs.update(attributes)
            return dataset

        def text(value):
            return np.array([ord(letter) for letter in value], dtype="u2").reshape(-1, 1)

        put("matrix", np.arange(1.0, 7).reshape(2, 3).T, "double")
        put("truth", np.array([[1], [0]], dtype="u1"), "logical", MATLAB_int_decode=np.int32(1))
        put("text", text("EEG µ"), "char", MATLAB_int_decode=np.int32(2))
        put("nothing", np.array([0, 3], dtype="u8"), "double", MATLAB_empty=np.uint8(1))
        put("complex", np.array([(1, -1), (2, 0.5)], dtype=[("real", "f8"), ("imag", "f8")]).reshape(2, 1), "double")
        put("#refs#/a", np.array([[7.0]]), "double")
        put("#refs#/b", text("EEG µ"), "char")
        references = np.array([file["#refs#/a"].ref, file["#refs#/b"].ref], dtype=h5py.ref_dtype).reshape(2, 1)
        put("list", references, "cell")
        plain = file.create_group("plain")
        plain.attrs["MATLAB_class"] = np.bytes_("struct")
        names = np.empty(2, dtype=object)
        names[:] = [np.array([b"s", b"r", b"a", b"t", b"e"]), np.array([b"l", b"a", b"b", b"e", b"l"])]
        plain.attrs.create("MATLAB_fields", names, dtype=h5py.vlen_dtype(np.dtype("S1")))
        put("plain/srate", np.array([[250.0]]), "double")
        put("plain/label", text("Cz"), "char")
        several = file.create_group("several")
        several.attrs["MATLAB_class"] = np.bytes_("struct")
        several["type"] = references
    header = b"MATLAB 7.3 MAT-file, written by h5py".ljust(116) + bytes(8) + b"\x00\x02IM"
    with open(path, "r+b") as file:
        file.write(header)


main(Path(sys.argv[1]))
