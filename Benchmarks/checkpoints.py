"""Checkpoints between PyTorch and this library, both ways, for braindecode's networks.

    swift build -c release --product decode
    python Benchmarks/checkpoints.py .build/release/decode

PyTorch writes the weights of a network and computes scores; `decode predict` reads the weights and computes them again. Then `decode predict`
writes weights of its own, which PyTorch must load strictly. Prints the largest difference of the scores as a share of the largest score.
"""

import subprocess
import sys
import tempfile

import numpy as np
import torch
from braindecode import models
from safetensors.torch import load_file, save_file

NETWORKS = [
    ("EEGNet", 8, 500, 125.0, 3), ("ShallowFBCSPNet", 8, 500, 125.0, 3), ("EEGConformer", 8, 500, 125.0, 3), ("ATCNet", 8, 1000, 250.0, 4),
    ("SleepStagerChambon2018", 2, 3000, 100.0, 5),
]


def network(name, channels, samples, rate, classes):
    return getattr(models, name)(n_chans=channels, n_outputs=classes, n_times=samples, sfreq=rate)


def scores(net, x):
    net.eval()
    with torch.no_grad():
        return net(torch.from_numpy(x)).numpy()


def difference(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


worst = 0.0
with tempfile.TemporaryDirectory() as folder:
    for name, channels, samples, rate, classes in NETWORKS:
        torch.manual_seed(0)
        x = np.random.default_rng(0).standard_normal((4, channels, samples), dtype=np.float32)
        np.save(f"{folder}/x.npy", x)
        command = [sys.argv[1], "predict", "--network", name, "--signals", f"{folder}/x.npy", "--sampling-rate", str(rate),
                   "--classes", str(classes), "--output", f"{folder}/y.npy"]

        net = network(name, channels, samples, rate, classes)
        for _ in range(3):  # running statistics that are not the first ones
            net.train()
            net(torch.randn(16, channels, samples))
        save_file({key: value.contiguous() for key, value in net.state_dict().items()}, f"{folder}/torch.safetensors")
        subprocess.run([*command, "--checkpoint", f"{folder}/torch.safetensors"], check=True)
        there = difference(np.load(f"{folder}/y.npy"), scores(net, x))

        subprocess.run([*command, "--save", f"{folder}/swift.safetensors"], check=True)
        net = network(name, channels, samples, rate, classes)
        net.load_state_dict(load_file(f"{folder}/swift.safetensors"), strict=True)
        back = difference(np.load(f"{folder}/y.npy"), scores(net, x))
        worst = max(worst, there, back)
        print(f"{name}: PyTorch's checkpoint here {there:.1e}, ours in PyTorch {back:.1e}")
sys.exit(int(worst > 1e-4))
