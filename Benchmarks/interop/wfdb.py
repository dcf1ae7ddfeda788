#!/usr/bin/env python3
"""Reads with the wfdb package what swift-eeg writes, and compares samples, header and annotations.

Write first:  EEG_INTEROP_DIR=FOLDER swift test -c release --filter WFDBWriterTests
usage: wfdb.py FOLDER
"""
import pathlib
import sys

import numpy as np

sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != pathlib.Path(__file__).resolve().parent]
import wfdb  # noqa: E402  (the package, not this file)

folder = pathlib.Path(sys.argv[1])
record = wfdb.rdrecord(str(folder / "interop"))
ours = np.fromfile(folder / "interop.wfdb.f32", dtype="<f4").reshape(record.n_sig, -1)
np.testing.assert_allclose(record.p_signal.T, ours, rtol=2e-7)
assert record.sig_name == ["C3-M2", "SaO2"] and record.units == ["uV", "%"] and record.fs == 200, record.__dict__
assert str(record.base_datetime) == "2018-02-03 22:05:09", record.base_datetime
stored = wfdb.rdrecord(str(folder / "interop"), physical=False)
assert [value % 65536 for value in record.checksum] == [value % 65536 for value in stored.calc_checksum()], "checksums"
annotations = wfdb.rdann(str(folder / "interop"), "arousal")
assert annotations.fs == 200
found = list(zip(annotations.sample.tolist(), annotations.aux_note, annotations.subtype.tolist(), annotations.chan.tolist()))
# The package takes every note at sample 0 for a definition: the first stage is lost to it.
expected = [
    (6000, "N1", 3, 0), (7100, "(resp_hypopnea", 0, 1), (9100, "resp_hypopnea)", 0, 1), (24000, "R", 4, 0),
    (8000000, "lights on", 0, 1),
]
assert found == expected, found
print(f"wfdb {wfdb.__version__}: {record.n_sig} signals x {record.sig_len} samples and {len(found)} annotations are the same")
