"""The peers of the workloads that read files: edfio, pyEDFlib and MNE. Started by eeg-bench; the argument is the number of threads, which
none of them uses. A request's task is `library:path`; each run opens the file and reads all channels to physical values."""

import importlib.metadata
import warnings

import edfio
import mne
import numpy as np
import pyedflib
from peer_server import serve

warnings.filterwarnings("ignore")


def read_edfio(path):
    file = (edfio.read_bdf if path.endswith(".bdf") else edfio.read_edf)(path)
    return np.stack([signal.data for signal in file.signals])


def read_pyedflib(path):
    with pyedflib.EdfReader(path) as reader:
        return np.stack([reader.readSignal(index) for index in range(reader.signals_in_file)])


def read_mne(path):
    read = mne.io.read_raw_bdf if path.endswith(".bdf") else mne.io.read_raw_edf
    return read(path, preload=True, verbose="ERROR").get_data() * 1e6  # volts


READERS = {"edfio": read_edfio, "pyEDFlib": read_pyedflib, "MNE": read_mne}


def prepare(request):
    library, path = request["task"].split(":", 1)
    read = READERS[library]
    return lambda: read(path), float(np.abs(read(path)).sum(dtype=np.float64))


serve(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("edfio", "pyEDFlib", "mne")), prepare)
