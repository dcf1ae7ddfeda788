#!/usr/bin/env python3
"""Writes the small valid Parquet, NPY, NPZ, safetensors and CSV files that the fuzz tests damage. All content is made up.

Needs pyarrow, numpy and safetensors. Usage: parquet.py FOLDER, where FOLDER is Tests/EEGDataTests/Fixtures/fuzz.
"""
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import save_file

folder = pathlib.Path(sys.argv[1])
for name in ["parquet", "npy", "npz", "safetensors", "csv"]:
    (folder / name).mkdir(parents=True, exist_ok=True)

rng = np.random.default_rng(7)
count = 300
signal = np.round(rng.standard_normal(count) * 20, 1).astype(np.float32)
table = pa.table({
    "Fp1": pa.array(signal, mask=rng.random(count) < 0.1),
    "Cz": pa.array(np.sort(signal)),
    "time": pa.array(np.arange(count, dtype=np.int64) * 5),
    "flag": pa.array(signal > 0),
    "note": pa.array([f"note {i % 7}" if i % 5 else None for i in range(count)]),
})
out = folder / "parquet"
pq.write_table(table, out / "snappy.parquet", compression="snappy", write_page_checksum=False)
pq.write_table(table, out / "v2-zstd.parquet", compression="zstd", data_page_version="2.0", row_group_size=120)
pq.write_table(
    table, out / "delta-gzip.parquet", compression="gzip", use_dictionary=False,
    column_encoding={"Fp1": "BYTE_STREAM_SPLIT", "Cz": "PLAIN", "time": "DELTA_BINARY_PACKED", "note": "DELTA_BYTE_ARRAY"})
pq.write_table(table.select(["Fp1", "note"]), out / "lz4.parquet", compression="lz4", data_page_size=256)

np.save(folder / "npy/float32.npy", signal.reshape(3, 4, 25))
np.save(folder / "npy/fortran.npy", np.asfortranarray(np.arange(60, dtype=">i2").reshape(5, 12)))
np.savez(folder / "npz/stored.npz", x=signal, labels=np.arange(10))
np.savez_compressed(folder / "npz/deflated.npz", x=signal.astype(np.float64), flags=signal > 0)
save_file({"weight": signal.reshape(10, 30), "steps": np.arange(5), "half": signal.astype(np.float16)},
          folder / "safetensors/arrays.safetensors", metadata={"format": "pt"})
save_file({"bias": signal[:7]}, folder / "safetensors/one.safetensors")
(folder / "csv/labels.csv").write_text("id,label,confidence\n" + "".join(f"{i},\"class {i % 3}\",{i / 40}\n" for i in range(40)))
(folder / "csv/events.tsv").write_text("onset\tduration\ttrial_type\n" + "".join(f"{i * 0.5}\t0.1\tT{i % 2}\n" for i in range(40)))
