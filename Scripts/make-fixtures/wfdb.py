#!/usr/bin/env python3
"""Writes small WFDB records and annotation files with made-up content for the tests. Needs numpy and the wfdb package.

usage: wfdb.py FOLDER    (Tests/EEGDataTests/Fixtures/fuzz)
"""
import pathlib
import struct
import sys

import numpy as np

sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != pathlib.Path(__file__).resolve().parent]
import wfdb  # noqa: E402  (the package, not this file)

root = pathlib.Path(sys.argv[1])
random = np.random.default_rng(5)


def note(step, text, channel=None, subtype=None):
    words = b""
    if step > 1023:
        words += struct.pack("<HHH", 59 << 10, step >> 16, step & 0xFFFF)
        step = 0
    words += struct.pack("<H", 22 << 10 | step)
    if subtype is not None:
        words += struct.pack("<H", 61 << 10 | subtype)
    if channel is not None:
        words += struct.pack("<H", 62 << 10 | channel)
    text = text.encode()
    return words + struct.pack("<H", 63 << 10 | len(text)) + text + bytes(len(text) % 2)


def night():
    """Sleep stages and an apnea, as in the PhysioNet Challenge of 2018."""
    return (
        note(0, "## time resolution: 200") + note(0, "W", 0, 5) + note(6000, "N1", 0, 3) + note(300, "(resp_hypopnea", 1)
        + note(900, "resp_hypopnea)", 1) + note(4800, "N2", 0, 2) + bytes(2)
    )


def write_records(folder):
    folder.mkdir(parents=True, exist_ok=True)
    # The layout of 2018: all signals in a MATLAB file of version 4.
    samples = random.integers(-200, 200, size=(300, 3)).astype("<i2")
    samples[7, 1] = -32768
    (folder / "sleep.mat").write_bytes(struct.pack("<5i", 30, 3, 300, 0, 4) + b"val\0" + samples.tobytes())
    lines = ["sleep 3 200 300 22:15:30 24/12/2019"]
    for index, (gain, name) in enumerate([("1/uV", "F3-M2"), ("1/uV", "E1-M2"), ("655.35(-32768)/%", "SaO2")]):
        total = int(samples[:, index].sum(dtype=np.int64)) & 0xFFFF
        lines.append(f"sleep.mat 16+24 {gain} 16 0 {samples[0, index]} {total - 65536 if total > 32767 else total} 0 {name}")
    (folder / "sleep.hea").write_text("\n".join(lines) + "\n# made up\n")
    (folder / "sleep.arousal").write_bytes(night())
    # Pairs of 12 bits with several samples a frame and a skew, and formats 80, 24 and 61 in files of their own.
    frames = random.integers(-900, 900, size=(100, 4))
    flat = frames.reshape(-1) & 0xFFF
    triples = [bytes([a & 255, a >> 8 | (b >> 8) << 4, b & 255]) for a, b in zip(flat[0::2], flat[1::2])]
    (folder / "mixed.dat").write_bytes(b"".join(triples))
    (folder / "mixed.d80").write_bytes((frames[:, 0] // 8 + 128).astype(np.uint8).tobytes())
    (folder / "mixed.d61").write_bytes(frames[:, 1].astype(">i2").tobytes())
    (folder / "mixed.d24").write_bytes(b"".join(int(value * 4000).to_bytes(3, "little", signed=True) for value in frames[:, 2]))
    (folder / "mixed.hea").write_text(
        "mixed 5 125 100\nmixed.dat 212x3 2963.77/mV 12 0 0 0 0 ECG\nmixed.dat 212:4 12.84(-1605)/mmHg 12 0 0 0 0 ABP\n"
        "mixed.d80 80 200 8 0 0 0 0 RESP\nmixed.d61 61 200 16 0 0 0 0 PLETH\nmixed.d24 24 200 24 0 0 0 0 CVP\n")


def write_annotations(folder):
    folder.mkdir(parents=True, exist_ok=True)
    samples = np.cumsum(random.integers(200, 2000, size=60))
    symbols = [["N", "A", "V", "+"][int(k)] for k in random.integers(0, 4, size=60)]
    texts = ["(N" if symbol == "+" else "" for symbol in symbols]
    wfdb.wrann("beats", "atr", samples, symbols, aux_note=texts, fs=360, write_dir=str(folder))
    (folder / "night.arousal").write_bytes(night())


write_records(root / "wfdb")
write_annotations(root / "wfdb-annotations")
