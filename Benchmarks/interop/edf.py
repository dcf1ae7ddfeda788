"""Reads the EDF+ and BDF+ files that `EDFInteropTests` left in a folder with edfio, pyEDFlib and MNE, and compares samples, labels and
annotations with what was written.

    EEG_INTEROP_DIR=folder swift test -c release --filter EDFInteropTests
    python Benchmarks/interop/edf.py folder
"""

import json
import pathlib
import sys

import edfio
import mne
import numpy as np
import pyedflib


def read_edfio(path):
    file = (edfio.read_bdf if path.suffix == ".bdf" else edfio.read_edf)(path)
    annotations = [(a.onset, -1 if a.duration is None else a.duration, a.text) for a in file.annotations]
    return [s.label for s in file.signals], [s.digital for s in file.signals], annotations


def read_pyedflib(path):
    with pyedflib.EdfReader(str(path)) as reader:
        signals = [reader.readSignal(i, digital=True) for i in range(reader.signals_in_file)]
        return reader.getSignalLabels(), signals, list(zip(*reader.readAnnotations()))


def read_mne(path):
    read = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
    raw = read(path, preload=True, verbose="ERROR")
    return raw.ch_names, None, [(a["onset"], a["duration"], a["description"]) for a in raw.annotations]


failed = False
for facts_path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    path = facts_path.with_suffix("")
    facts = json.loads(facts_path.read_text())
    for name, read in (("edfio", read_edfio), ("pyEDFlib", read_pyedflib), ("MNE", read_mne)):
        try:
            labels, signals, annotations = read(path)
        except Exception as error:
            print(f"{path.name}: {name} refuses: {type(error).__name__}: {str(error)[:120]}")
            continue
        problems = []
        if [label.strip() for label in labels] != facts["labels"]:
            problems.append(f"labels {labels}")
        if signals is not None and not all(np.array_equal(a, b) for a, b in zip(signals, facts["digital"])):
            problems.append("samples differ")
        if name != "MNE":  # MNE leaves out annotations outside the signal
            expected = sorted((round(onset, 6), text) for onset, _, text in facts["annotations"])
            if sorted((round(float(onset), 6), text) for onset, _, text in annotations) != expected:
                problems.append(f"annotations {annotations}")
        failed = failed or bool(problems)
        print(f"{path.name}: {name}: {'; '.join(problems) or 'equal'}")
sys.exit(failed)
