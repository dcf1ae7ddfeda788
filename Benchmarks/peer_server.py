"""The side of a peer script that talks to eeg-bench: one JSON object a line, requests on standard input, replies on standard output."""

import json
import sys
import time

import numpy as np


def benchmark_input(shape, operand, dtype=np.float32):
    """Numbers between -1 and 1: element j of operand i is a hash of both, the same as eeg-bench makes."""
    count = int(np.prod(shape))
    index = (np.arange(count, dtype=np.uint64) + np.uint64(operand * 7919)).astype(np.uint32)
    values = (index * np.uint32(2654435761) >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    return values.reshape(shape).astype(dtype)


def serve(versions, prepare):
    """Answers until the input ends.

    prepare(request) returns (run, checksum): a function that computes without arguments, and the sum of the magnitudes of its result
    (None where it need not agree with the other programs). request has task, shapes, differentiated, mode.
    """
    replies = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not disturb the replies

    def reply(**content):
        print(json.dumps(content), file=replies, flush=True)

    reply(versions=versions)
    prepared = []
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                run, checksum = prepare(request["prepare"])
                prepared.append(run)
                reply(slot=len(prepared) - 1, checksum=checksum)
            elif "measure" in request:
                reply(seconds=measure(prepared[request["measure"]], request["budget"]))
            elif "memory" in request:
                reply(bytes=growth(prepared[request["memory"]]))
            else:
                prepared.clear()
                reply()
        except Exception as error:  # reported by eeg-bench beside the workload
            reply(error=f"{type(error).__name__}: {error}")


def measure(run, budget):
    """Runs once to warm up, then for `budget` seconds, at least three times."""
    run()
    seconds = []
    while sum(seconds) < budget or len(seconds) < 3:
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds


def growth(run):
    """The bytes by which running three times raises the resident memory of this process, at its peak."""
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    before = status("VmRSS")
    for _ in range(3):
        run()
    return status("VmHWM") - before


def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))
