"""The peers of the workloads that read files: edfio, pyEDFlib and MNE, h5py, pyarrow and polars. Started by eeg-bench; the argument is the number
of threads, which only the last two use. A request's task is `library:path`: each run opens the file and reads all channels to physical values in
one array of float64, the dataset of an HDF5 file, or all columns of a table. `open library:path` stops at the annotations."""

import importlib.metadata
import os
import sys
import warnings

os.environ["POLARS_MAX_THREADS"] = sys.argv[1]  # read when polars is imported

import edfio
import h5py
import mne
import numpy as np
import polars
import pyarrow
import pyarrow.parquet
import pyedflib
from peer_server import serve

warnings.filterwarnings("ignore")
pyarrow.set_cpu_count(int(sys.argv[1]))


def read_edfio(path):
    file = (edfio.read_bdf if path.endswith(".bdf") else edfio.read_edf)(path)
    return np.stack([signal.data for signal in file.signals])


def read_pyedflib(path):
    with pyedflib.EdfReader(path) as reader:
        return np.stack([reader.readSignal(index) for index in range(reader.signals_in_file)])


def read_mne(path):
    read = mne.io.read_raw_bdf if path.endswith(".bdf") else mne.io.read_raw_edf
    return read(path, preload=True, verbose="ERROR").get_data() * 1e6  # volts


def read_h5py(path):
    with h5py.File(path) as file:
        return file["signals"][()]


def reader_into_memory(path):
    with h5py.File(path) as file:
        memory = np.zeros(file["signals"].shape, file["signals"].dtype)

    def read(path):
        with h5py.File(path) as file:
            file["signals"].read_direct(memory)

    return read


def open_edfio(path):
    edfio.read_edf(path).annotations


def open_mne(path):
    mne.io.read_raw_edf(path, verbose="ERROR").annotations


READERS = {
    "edfio": read_edfio, "pyEDFlib": read_pyedflib, "MNE": read_mne, "open edfio": open_edfio, "open MNE": open_mne,
    "h5py": read_h5py, "pyarrow": pyarrow.parquet.read_table, "polars": polars.read_parquet,
}


def prepare(request):
    library, path = request["task"].split(":", 1)
    read = reader_into_memory(path) if library == "h5py into" else READERS[library]
    result = read(path)
    if result is None:
        return lambda: read(path), None
    if isinstance(result, np.ndarray):
        arrays = [result]
    else:
        columns = result.itercolumns() if isinstance(result, pyarrow.Table) else result.get_columns()
        arrays = [column.to_numpy() for column in columns]
    return lambda: read(path), float(sum(np.abs(array).sum(dtype=np.float64) for array in arrays))


serve(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("edfio", "pyEDFlib", "mne", "h5py", "pyarrow", "polars")), prepare)
