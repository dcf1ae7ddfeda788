"""Prints the numbers of scikit-learn and SciPy that the tests of the classical classifiers hold (Tests/EEGModelsTests/Classical).

Needs numpy, scipy and scikit-learn. The data are made up by formulas of whole numbers, the same as in MadeUpExamples.swift.
"""

import numpy as np
from scipy import linalg, signal, stats
from sklearn.covariance import oas
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier


def examples(count, width, classes, offset=0):
    """Features in sixteenths and labels that depend on two of them, with a seventh of wrong ones."""
    i = np.arange(offset, offset + count)[:, None]
    j = np.arange(width)[None, :]
    x = ((i * i * (7 + 2 * j) + i * (31 + 17 * j) + 5 * j) % 101 - 50) / 16
    y = (np.floor((x[:, 0] + 0.5 * x[:, 1] + 5) / 10 * classes)).astype(int).clip(0, classes - 1)
    wrong = i[:, 0] % 7 == 3
    y[wrong] = (y[wrong] + 1) % classes
    return x, y


np.set_printoptions(precision=8, suppress=True, linewidth=160)

x, y = examples(120, 4, 3)
for regularization, weighting in ((1.0, None), (10.0, "balanced")):
    fitted = LogisticRegression(C=1 / regularization, class_weight=weighting, tol=1e-12, max_iter=10000).fit(x, y)
    print("logistic", regularization, weighting, fitted.coef_.ravel().tolist(), fitted.intercept_.tolist(), fitted.predict_proba(x[:2]).tolist())

for weighting, depth, leaf in ((None, 4, 1), ("balanced", None, 5)):
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, class_weight=weighting, random_state=0).fit(x, y)
    print("tree", weighting, depth, leaf, [round(p, 6) for p in tree.predict_proba(examples(6, 4, 3, offset=1000)[0]).ravel().tolist()], tree.tree_.node_count)

x, y = examples(600, 9, 3)
test, truth = examples(400, 9, 3, offset=5000)
scores = [RandomForestClassifier(200, random_state=seed).fit(x, y).predict_proba(test) for seed in range(5)]
print("forest accuracy", [float(np.mean(s.argmax(1) == truth)) for s in scores])
print("forest log loss", [float(-np.mean(np.log(np.clip(s[np.arange(400), truth], 1e-3, 1)))) for s in scores])

# One window of two channels at 64 Hz: features and covariances.
t = np.arange(256)
window = np.stack([((t * t * 3 + 11 * t) % 97 - 48) / 4 + 10 * np.sin(2 * np.pi * 6 * t / 64), ((t * t * 5 + 7 * t) % 89 - 44) / 4])
bands = ((1, 4), (4, 8), (8, 15))
f, density = signal.welch(window, 64, nperseg=256)
powers = np.array([density[:, (f >= low) & (f < high)].sum(1) * 64 / 256 for low, high in bands])
slope, curve = np.diff(window), np.diff(window, n=2)
mobility = np.sqrt((slope**2).mean(1) / window.var(1))
complexity = np.sqrt((curve**2).mean(1) / (slope**2).mean(1)) / mobility
features = np.vstack([np.log(powers), np.log(powers / powers.sum(0)), np.log(window.var(1)), stats.skew(window, axis=1), stats.kurtosis(window, axis=1), mobility, complexity])
print("features", features.T.ravel().tolist())

hann = signal.get_window("hann", 256)
spectrum = np.fft.rfft((window - window.mean(1, keepdims=True)) * hann)
covariances = []
for low, high in bands:
    part = spectrum[:, (f >= low) & (f < high)]
    part = np.concatenate([part.real, part.imag], axis=1) * np.sqrt(2 * part.shape[1] * 2 / (256 * (hann**2).sum()))
    covariances.append(oas(part.T, assume_centered=True)[0])
print("covariances", np.array(covariances).ravel().tolist())

a, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([[2.0, -0.5], [-0.5, 1.0]])
mean = linalg.expm((linalg.logm(a) + linalg.logm(b)) / 2)
white = linalg.inv(linalg.sqrtm(mean))
print("tangent", [float(v) for c in (a, b) for v in (lambda m: (m[0, 0], np.sqrt(2) * m[0, 1], m[1, 1]))(linalg.logm(white @ c @ white))])
