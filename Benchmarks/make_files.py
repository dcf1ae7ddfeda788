"""Makes, once, the input of eeg-bench that swift-eeg does not write itself: a Parquet file of 20 columns of numbers in steps of 0.1, stored as
indices into dictionaries."""

import os
import pathlib
import tempfile

import numpy as np
import pyarrow
import pyarrow.parquet

path = pathlib.Path(tempfile.gettempdir()) / "eeg-bench-dictionary.parquet"
if not path.exists():
    random = np.random.default_rng(0)
    columns = {f"EEG {i}": (np.round(random.standard_normal(1_000_000) * 400) / 10).astype(np.float32) for i in range(20)}
    part = path.with_suffix(".part")
    pyarrow.parquet.write_table(pyarrow.table(columns), part, compression="snappy", use_dictionary=True)
    os.replace(part, path)
