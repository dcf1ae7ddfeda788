#!/usr/bin/env python3
"""Reads with pyarrow what swift-eeg writes, and compares names, types, missing values and every value.

Write first:  EEG_INTEROP_DIR=FOLDER swift test -c release --filter ParquetRoundTripTests
usage: parquet.py FOLDER
"""
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

path = pathlib.Path(sys.argv[1]) / "interop.parquet"
table = pq.read_table(path, page_checksum_verification=True)
rows = np.arange(table.num_rows)
floats = np.where(rows % 11 == 5, np.nan, (rows % 1000) / 8).astype(np.float32)
missing = rows % 7 == 3


def check(name, kind, values, nulls=None):
    column = table[name].combine_chunks()
    assert column.type == kind, (name, column.type)
    expected = pa.array(values, type=kind, mask=nulls)
    assert column.null_count == expected.null_count, (name, column.null_count)
    kept = ~nulls if nulls is not None else np.ones(len(rows), bool)
    found, wanted = np.asarray(column.to_pandas())[kept], np.asarray(values)[kept]
    assert all(found == wanted) if kind == pa.string() else np.array_equal(found.astype(wanted.dtype), wanted, equal_nan=True), name


check("Fp1", pa.float32(), floats)
check("EKG", pa.float32(), floats, missing)
check("time", pa.int64(), rows * 5)
check("count", pa.int64(), rows, missing)
check("note", pa.string(), np.array([f"note {row % 5}" for row in rows]))
check("double", pa.float64(), rows / 3)
groups = pq.ParquetFile(path).metadata.num_row_groups
print(f"pyarrow {pa.__version__}: {table.num_columns} columns x {table.num_rows} rows in {groups} row groups are the same")
