"""The frozen EfficientNet-Lite0 in PyTorch: pictures a second from uint8 pixels to pooled features.

Speaks with bench/extract.ts: prints a JSON line with the chosen batches when it is ready, then for each line on
standard input {"eager": pictures a second, "scripted": pictures a second}. Batch norm as users write it (inference
mode) in eager, folded by torch.jit.freeze in the traced one; channels last; float32.

  python extract.py WEIGHTS|- THREADS BATCHES SECONDS     BATCHES separated by commas
"""
import json
import sys
import time
import warnings

import torch

import pytorch_transfer as peer

TRIAL_SECONDS = 1.0


class Features(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.eval()

    def forward(self, x):
        return self.net.tail(self.net.trunk(x, 0), 0)


def pixels(batch):
    values = torch.arange(batch * 224 * 224 * 3) * 7919 % 251
    return values.to(torch.uint8).reshape(batch, 224, 224, 3)


def pictures_per_second(function, batch, seconds):
    x = pixels(batch)
    function(peer.to_input(x))
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        function(peer.to_input(x))
        count += batch
    return count / (time.perf_counter() - started)


def traced(net, batch):
    """Traced for one batch size, because the padding is computed from the input's size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        example = peer.to_input(pixels(batch))
        module = torch.jit.freeze(torch.jit.trace(Features(net), example, check_trace=False))
    for _ in range(3):  # the profiling executor optimises during its first runs
        module(example)
    return module


def main():
    weights, threads = sys.argv[1], int(sys.argv[2])
    batches, seconds = [int(each) for each in sys.argv[3].split(",")], float(sys.argv[4])
    torch.set_num_threads(threads)
    net = peer.build("lite0", peer.find_weights("lite0") if weights == "-" else weights, 2)
    with torch.inference_mode():
        eager = {batch: Features(net) for batch in batches}
        scripted = {batch: traced(net, batch) for batch in batches}

        def fastest(ways):
            return max(batches, key=lambda batch: pictures_per_second(ways[batch], batch, TRIAL_SECONDS))

        best = {"eager": fastest(eager), "scripted": fastest(scripted)}
        print(json.dumps(best), flush=True)
        for _ in sys.stdin:
            answer = {
                "eager": pictures_per_second(eager[best["eager"]], best["eager"], seconds),
                "scripted": pictures_per_second(scripted[best["scripted"]], best["scripted"], seconds),
            }
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
