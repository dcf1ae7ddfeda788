"""Writes small BrainVision files of made-up content to the folder of the fuzz tests: python Scripts/make-fixtures/brainvision.py"""

import math
import pathlib
import struct

FOLDER = pathlib.Path(__file__).parents[2] / "Tests/EEGDataTests/Fixtures/fuzz/brainvision"
CHANNELS = ["Fp1,,0.1,µV", "Cz,Ref,0.5,µV", "EOG\\1left,,,mV"]


def write(name, orientation, binary_format, code):
    columns = [[int(1000 * math.sin(0.1 * (k + 1) * i)) for i in range(64)] for k in range(len(CHANNELS))]
    values = sum(columns, []) if orientation == "VECTORIZED" else [c[i] for i in range(64) for c in columns]
    (FOLDER / f"{name}.eeg").write_bytes(struct.pack(f"<{len(values)}{code}", *values))
    channels = "\r\n".join(f"Ch{k + 1}={channel}" for k, channel in enumerate(CHANNELS))
    (FOLDER / f"{name}.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\r\n; made by a script\r\n\r\n[Common Infos]\r\nCodepage=UTF-8\r\n"
        f"DataFile=$b.eeg\r\nMarkerFile=$b.vmrk\r\nDataFormat=BINARY\r\nDataOrientation={orientation}\r\n"
        f"NumberOfChannels={len(CHANNELS)}\r\nSamplingInterval=4000\r\n\r\n[Binary Infos]\r\nBinaryFormat={binary_format}\r\n\r\n"
        f"[Channel Infos]\r\n{channels}\r\n\r\n[Comment]\r\nfree text = 1\r\n",
        encoding="utf-8", newline="")
    (FOLDER / f"{name}.vmrk").write_text(
        f"Brain Vision Data Exchange Marker File, Version 1.0\r\n\r\n[Common Infos]\r\nDataFile={name}.eeg\r\n\r\n[Marker Infos]\r\n"
        "Mk1=New Segment,,1,1,0,20260228120000000000\r\nMk2=Stimulus,S  1,10,1,0\r\n"
        "Mk3=New Segment,,33,1,0,20260228120010500000\r\nMk4=Response,R  2,40,2,1\r\n",
        encoding="utf-8", newline="")


FOLDER.mkdir(parents=True, exist_ok=True)
write("multiplexed", "MULTIPLEXED", "INT_16", "h")
write("vectorized", "VECTORIZED", "IEEE_FLOAT_32", "f")
