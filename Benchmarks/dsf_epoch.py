"""Training time per epoch: `dsf time` beside PyTorch modules of the same networks, on the same windows, in one run.

python Benchmarks/dsf_epoch.py windows.npy windows-labels.npy [--program .build/release/dsf] [--epochs 3]

The windows come from `dsf export`. The modules are plain PyTorch, written after the published description of the networks: a stager with two convolutions over
time, alone or behind a dynamic spatial filter whose features are log variances (dsfd) or the matrix logarithm of the covariance (dsfm_st). An
epoch is one pass over the windows in batches of 64, with AdamW; the fastest of --epochs counts. Both sides use --threads threads, or all cores.
"""

import argparse
import os
import subprocess
import time

import numpy as np
import torch
from torch import nn


class DynamicSpatialFilter(nn.Module):
    """Filters [batch, channel, time] by a matrix and a vector that a small network chooses for each window."""

    def __init__(self, channels, log_covariance, threshold):
        super().__init__()
        features = channels * (channels + 1) // 2 if log_covariance else channels
        self.log_covariance, self.threshold = log_covariance, threshold
        self.mlp = nn.Sequential(nn.Linear(features, features), nn.ReLU(), nn.Linear(features, channels * (channels + 1)))
        self.upper = torch.triu_indices(channels, channels)

    def features(self, x):
        if not self.log_covariance:
            return x.var(-1).log()
        centred = x - x.mean(-1, keepdim=True)
        values, vectors = torch.linalg.eigh(centred @ centred.mT / (x.shape[-1] - 1))
        logarithm = vectors @ torch.diag_embed(values.clamp_min(1e-10).log()) @ vectors.mT
        return logarithm[:, self.upper[0], self.upper[1]]

    def forward(self, x):
        channels = x.shape[1]
        with torch.no_grad():
            features = self.features(x)
        choice = self.mlp(features)
        weights = choice[:, channels:].reshape(-1, channels, channels)
        if self.threshold:
            weights = nn.functional.softshrink(weights, self.threshold)
        return weights @ x + choice[:, :channels, None]


class Stager(nn.Module):
    """Two convolutions over time with batch norm, ReLU and pooling, the same for each virtual channel."""

    def __init__(self, channels, samples, rate, classes, filters=16):
        super().__init__()
        kernel, padding, pool = int(np.ceil(0.5 * rate)), int(np.ceil(0.1 * rate)), int(np.ceil(0.125 * rate))

        def block(inputs):
            return [
                nn.Conv2d(inputs, filters, (1, kernel), padding=(0, padding)), nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d((1, pool)),
            ]

        self.spatial = nn.Conv2d(1, channels, (channels, 1)) if channels > 1 else None
        self.extractor = nn.Sequential(*block(1), *block(filters))
        left = samples
        for _ in range(2):
            left = (left + 2 * padding - kernel + 1) // pool
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(filters * channels * left, classes))

    def forward(self, x):
        x = x[:, None]
        if self.spatial is not None:
            x = self.spatial(x).transpose(1, 2)
        return self.head(self.extractor(x).flatten(1))


def torch_seconds(kind, windows, labels, rate, epochs, memory_format):
    torch.manual_seed(1)
    channels, samples = windows.shape[1:]
    network = Stager(channels, samples, rate, int(labels.max()) + 1)
    if kind != "vanilla":
        network = nn.Sequential(DynamicSpatialFilter(channels, kind == "dsfm_st", 0.1 if kind == "dsfm_st" else 0), network)
    network = network.to(memory_format=memory_format)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-3)
    best = float("inf")
    for _ in range(epochs):
        start = time.perf_counter()
        order = torch.randperm(len(windows))
        for first in range(0, len(windows), 64):
            part = order[first : first + 64]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(windows[part]), labels[part])
            loss.backward()
            optimizer.step()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("windows")
    parser.add_argument("labels")
    parser.add_argument("--program", default=".build/release/dsf")
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        os.environ["EEG_NUM_THREADS"] = str(options.threads)
        torch.set_num_threads(options.threads)
    windows = torch.from_numpy(np.load(options.windows))
    labels = torch.from_numpy(np.load(options.labels))
    print(f"{tuple(windows.shape)} windows, PyTorch {torch.__version__} with {torch.get_num_threads()} threads; seconds of the fastest of {options.epochs} epochs")
    print("| network | swift-eeg | PyTorch | times faster | PyTorch, channels last | times faster |")
    print("|---|---|---|---|---|---|")
    for kind in ["vanilla", "dsfd", "dsfm_st"]:
        command = [
            options.program, "time", options.windows, options.labels, "--dsf_type", kind, "--epochs", str(options.epochs),
            "--sampling-rate", str(options.rate),
        ]
        ours = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        formats = [torch.contiguous_format, torch.channels_last]
        peers = [torch_seconds(kind, windows, labels, options.rate, options.epochs, each) for each in formats]
        print(f"| {kind} | {ours:.3f} | {peers[0]:.3f} | {peers[0] / ours:.2f} | {peers[1]:.3f} | {peers[1] / ours:.2f} |", flush=True)


if __name__ == "__main__":
    main()
