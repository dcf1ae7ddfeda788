"""The peers of the model workloads: braindecode's networks run by PyTorch and by ONNX Runtime. Started by eeg-bench; the argument is the number
of threads. A request's task is `MODEL:inference` or `MODEL:training`, its only shape that of the batch; modes are `eager`, `channels-last`,
`compile` (with frozen weights where nothing is trained) and, for inference, `ort`."""

import logging
import sys
import warnings

import braindecode.models
import onnxruntime
import torch
import torch._inductor.config
import torch.nn.functional as F
import torch.nn.utils.parametrize
from peer_server import benchmark_input, serve

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
threads = int(sys.argv[1])
torch.set_num_threads(threads)

CLASSES = {"SleepStagerChambon2018": 5}
RATES = {"SleepStagerChambon2018": 100, "ATCNet": 250, "EEGConformer": 250}


def build(name, shape):
    torch.manual_seed(0)
    settings = {"n_chans": shape[1], "n_times": shape[2], "n_outputs": CLASSES.get(name, 4)}
    if name in RATES:
        settings["sfreq"] = RATES[name]
    return getattr(braindecode.models, name)(**settings)


def training(model, x, labels, mode):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    forward = torch.compile(model, dynamic=False) if mode == "compile" else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(forward(x), labels).backward()
        optimizer.step()

    return step


def inference(model, x, mode):
    model.eval()
    if mode == "ort":
        return onnx_inference(model, x)
    forward = model
    if mode == "compile":
        torch._inductor.config.freezing = True
        forward = torch.compile(model, dynamic=False)

    def run():
        with torch.inference_mode() if mode != "compile" else torch.no_grad():
            return forward(x)

    return run


def onnx_inference(model, x):
    for module in model.modules():  # ONNX has no name for the limit of a norm: the limited weights instead
        if torch.nn.utils.parametrize.is_parametrized(module):
            for name in list(module.parametrizations):
                torch.nn.utils.parametrize.remove_parametrizations(module, name)
    program = torch.onnx.export(model, (x,), dynamo=True, verbose=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(program.model_proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, values)


def prepare(request):
    name, kind = request["task"].split(":")
    shape, mode = request["shapes"][0], request["mode"]
    torch._dynamo.reset()
    model = build(name, shape)
    if mode == "channels-last":
        model = model.to(memory_format=torch.channels_last)
    x = torch.from_numpy(benchmark_input(shape, 0))
    if kind == "training":
        labels = torch.arange(shape[0]) % CLASSES.get(name, 4)
        return training(model, x, labels, mode), None
    return inference(model, x, mode), None


versions = f"PyTorch {torch.__version__}, braindecode {braindecode.__version__}, ONNX Runtime {onnxruntime.__version__}"
serve(versions, prepare)
