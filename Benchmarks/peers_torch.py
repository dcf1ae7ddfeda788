"""PyTorch's side of the kernel workloads. Started by eeg-bench; the argument is the number of threads.

A task is a Python expression of the operands x[0], x[1] ..., torch and F.
"""

import sys

import torch
import torch.nn.functional as F
from peer_server import benchmark_input, serve

torch.set_num_threads(int(sys.argv[1]))


def prepare(request):
    operands = [torch.from_numpy(benchmark_input(shape, i)) for i, shape in enumerate(request["shapes"])]
    if request["mode"] == "channels-last":
        operands = [x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x for x in operands]
    function = eval(f"lambda x: {request['task']}", {"torch": torch, "F": F})
    with torch.inference_mode():
        result = function(operands)
    checksum = result.abs().sum(dtype=torch.float64).item()
    if not request["differentiated"]:

        def forward():
            with torch.inference_mode():
                function(operands)

        return forward, checksum
    upstream = torch.from_numpy(benchmark_input(list(result.shape), len(operands)))
    if request["mode"] == "channels-last" and result.dim() == 4:
        upstream = upstream.contiguous(memory_format=torch.channels_last)
    leaves = [x.requires_grad_() for x, wanted in zip(operands, request["differentiated"]) if wanted]

    def forward_and_backward():
        return torch.autograd.grad(function(operands), leaves, upstream)

    gradients = forward_and_backward()
    return forward_and_backward, checksum + sum(g.abs().sum(dtype=torch.float64).item() for g in gradients)


serve(f"PyTorch {torch.__version__}", prepare)
