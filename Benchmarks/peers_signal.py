"""The peers of the signal processing workloads: torchaudio, PyTorch, SciPy and MNE. Started by eeg-bench; the argument is the number of
threads."""

import sys
import warnings

import mne
import numpy as np
import scipy
import scipy.signal
import torch
import torchaudio
from peer_server import benchmark_input, serve

warnings.filterwarnings("ignore")
torch.set_num_threads(int(sys.argv[1]))


def mel(x, mode):
    x = torch.from_numpy(x)
    transform = torchaudio.transforms.MelSpectrogram(sample_rate=200, n_fft=1024, hop_length=39, n_mels=128)
    decibel = torchaudio.transforms.AmplitudeToDB()
    return lambda: decibel(transform(x))


def stft(x, mode):
    x, window = torch.from_numpy(x), torch.hann_window(200)
    return lambda: torch.stft(x, 200, 200, window=window, center=False, return_complex=True)


def covariance(x, mode):
    x = torch.from_numpy(x)

    def run():
        centred = x - x.mean(-1, keepdim=True)
        return torch.bmm(centred, centred.transpose(1, 2)) / (x.shape[-1] - 1)

    return run


def covariance_numpy(x, mode):
    def run():
        centred = x - x.mean(-1, keepdims=True)
        return centred @ centred.transpose(0, 2, 1) / (x.shape[-1] - 1)

    return run


def fir(x, mode):
    return lambda: mne.filter.filter_data(x, 200.0, 0.5, 40.0, method="fir", n_jobs=int(mode.split()[0]), verbose="ERROR")


def sosfiltfilt(x, mode):
    sos = scipy.signal.butter(4, [1.0, 40.0], "bandpass", fs=200, output="sos")
    return lambda: scipy.signal.sosfiltfilt(sos, x, axis=-1)


def resample_fft(x, mode):
    return lambda: mne.filter.resample(x, up=1, down=2, method="fft", n_jobs=int(mode.split()[0]), verbose="ERROR")


def resample_polyphase(x, mode):
    return lambda: mne.filter.resample(x, up=1, down=2, method="polyphase", n_jobs=int(mode.split()[0]), verbose="ERROR")


def resample_poly(x, mode):
    return lambda: scipy.signal.resample_poly(x, 1, 2, axis=-1)


SINGLE_PRECISION = {"mel": mel, "stft": stft, "covariance": covariance, "covariance_numpy": covariance_numpy}
DOUBLE_PRECISION = {
    "fir": fir,
    "sosfiltfilt": sosfiltfilt,
    "resample_fft": resample_fft,
    "resample_polyphase": resample_polyphase,
    "resample_poly": resample_poly,
}


def prepare(request):
    task, shape = request["task"], request["shapes"][0]
    if task in SINGLE_PRECISION:
        run = SINGLE_PRECISION[task](benchmark_input(shape, 0), request["mode"])
    else:
        run = DOUBLE_PRECISION[task](benchmark_input(shape, 0, np.float64), request["mode"])

    def inference():
        with torch.inference_mode():
            return run()

    result = inference()
    if isinstance(result, torch.Tensor):
        result = result.numpy()
    if np.iscomplexobj(result):
        return inference, float(np.abs(result.real).sum(dtype=np.float64) + np.abs(result.imag).sum(dtype=np.float64))
    return inference, float(np.abs(result).sum(dtype=np.float64))


serve(
    f"torchaudio {torchaudio.__version__}, PyTorch {torch.__version__}, SciPy {scipy.__version__}, MNE {mne.__version__}",
    prepare,
)
