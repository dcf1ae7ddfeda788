"""The peers of the workloads that read files: edfio, pyEDFlib and MNE, pyarrow and polars. Started by eeg-bench; the argument is the number of
threads, which only the last two use. A request's task is `library:path`; each run opens the file and reads all channels to physical values, or
all columns of a table."""

import importlib.metadata
import os
import sys
import warnings

os.environ["POLARS_MAX_THREADS"] = sys.argv[1]  # read when polars is imported

import edfio
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


READERS = {
    "edfio": read_edfio, "pyEDFlib": read_pyedflib, "MNE": read_mne, "pyarrow": pyarrow.parquet.read_table, "polars": polars.read_parquet,
}


def prepare(request):
    library, path = request["task"].split(":", 1)
    read = READERS[library]
    result = read(path)
    if isinstance(result, np.ndarray):
        arrays = [result]
    else:
        columns = result.itercolumns() if isinstance(result, pyarrow.Table) else result.get_columns()
        arrays = [column.to_numpy() for column in columns]
    return lambda: read(path), float(sum(np.abs(array).sum(dtype=np.float64) for array in arrays))


serve(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("edfio", "pyEDFlib", "mne", "pyarrow", "polars")), prepare)
