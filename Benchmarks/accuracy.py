"""Trains braindecode's networks on the arrays that `decode export` wrote, with the settings of `decode train`.

    decode export fists --output arrays/fists
    python Benchmarks/accuracy.py arrays/fists --network EEGNet --epochs 60 --batch-size 16

Prints accuracy, balanced accuracy and kappa, mean and standard deviation over seeds, of all folds together.
"""

import argparse
import csv
import glob

import numpy as np
import torch
from braindecode import models


def metrics(confusion):
    total = confusion.sum()
    recalls = np.diag(confusion)[confusion.sum(1) > 0] / confusion.sum(1)[confusion.sum(1) > 0]
    chance = (confusion.sum(0) * confusion.sum(1)).sum() / total**2
    accuracy = np.trace(confusion) / total
    return accuracy, recalls.mean(), (accuracy - chance) / (1 - chance)


def train(network, training, test, options, seed):
    (signals, labels), (test_signals, test_labels) = training, test
    classes = int(max(labels.max(), test_labels.max())) + 1
    torch.manual_seed(seed)
    net = getattr(models, network)(
        n_chans=signals.shape[1], n_outputs=classes, n_times=signals.shape[2], sfreq=options.sampling_rate)
    counts = torch.bincount(labels, minlength=classes)
    weights = torch.where(counts > 0, len(labels) / (classes * counts.clamp(min=1)), 0.0)
    loss_function = torch.nn.CrossEntropyLoss(weight=weights)
    optimizer = torch.optim.AdamW(net.parameters(), options.learning_rate, weight_decay=options.weight_decay)
    steps = options.epochs * -(-len(signals) // options.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(options.epochs):
        net.train()
        for batch in torch.randperm(len(signals)).split(options.batch_size):
            optimizer.zero_grad()
            loss_function(net(signals[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
    net.eval()
    with torch.no_grad():
        predictions = torch.cat([net(part) for part in test_signals.split(options.batch_size)]).argmax(1)
    confusion = np.zeros((classes, classes))
    np.add.at(confusion, (test_labels.numpy(), predictions.numpy()), 1)
    return confusion


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("arrays")
    parser.add_argument("--network", default="EEGNet")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--weight-decay", type=float, default=1e-2)
    parser.add_argument("--sampling-rate", type=float, default=128)
    parser.add_argument("--table")
    options = parser.parse_args()
    torch.set_num_threads(2)

    def load(fold, part):
        return tuple(torch.from_numpy(np.load(f"{options.arrays}/fold{fold}-{part}-{what}.npy")) for what in ("signals", "labels"))

    folds = [(load(fold, "training"), load(fold, "test")) for fold in range(len(glob.glob(options.arrays + "/fold*-test-labels.npy")))]
    pooled, rows = [], []
    for seed in range(1, options.seeds + 1):
        confusions = []
        for number, (training, test) in enumerate(folds):
            confusions.append(train(options.network, training, test, options, seed))
            rows.append([options.network, seed, number, int(confusions[-1].sum()), *metrics(confusions[-1])])
            print(f"seed {seed}, fold {number}: " + ", ".join(f"{value:.3f}" for value in metrics(confusions[-1])), flush=True)
        pooled.append(metrics(sum(confusions)))
    pooled = np.array(pooled)
    names = ["accuracy", "balanced accuracy", "kappa"]
    print(f"braindecode {options.network}: " + ", ".join(
        f"{name} {mean:.3f} ± {spread:.3f}" for name, mean, spread in zip(names, pooled.mean(0), pooled.std(0, ddof=1))))
    if options.table:
        with open(options.table, "w", newline="") as file:
            csv.writer(file).writerows([["network", "seed", "fold", "windows", *names], *rows])


if __name__ == "__main__":
    main()
