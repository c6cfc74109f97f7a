"""The frozen EfficientNet-Lite0 in PyTorch: pictures a second from uint8 pixels to pooled features.

Speaks with bench/extract.ts: prints {"ready": 1}, then for each line on standard input one JSON line
{"eager": pictures a second, "scripted": ..., "eager_as_installed"...}. Batch norm is left as users write it
(inference mode); channels last; float32.

  python extract.py WEIGHTS|- THREADS BATCH SECONDS
"""
import json
import sys
import time

import torch

import pytorch_transfer as peer


def pictures_per_second(function, pixels, seconds):
    batch = len(pixels)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        function(peer.to_input(pixels))
        count += batch
    return count / (time.perf_counter() - started)


def main():
    weights, threads, batch, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(threads)
    path = peer.find_weights("lite0") if weights == "-" else weights
    net = peer.build("lite0", path, 2)
    pixels = (torch.arange(batch * 224 * 224 * 3) * 7919 % 251).to(torch.uint8).reshape(batch, 224, 224, 3)

    def eager(x):
        return net.tail(net.trunk(x, 0), 0)

    with torch.inference_mode():
        example = peer.to_input(pixels)
        scripted = torch.jit.freeze(torch.jit.trace(Features(net), example, check_trace=False))
        for function in (eager, scripted):
            for _ in range(3):
                function(example)
        print(json.dumps({"ready": 1}), flush=True)
        for _ in sys.stdin:
            answer = {
                "eager": pictures_per_second(eager, pixels, seconds),
                "scripted": pictures_per_second(scripted, pixels, seconds),
            }
            print(json.dumps(answer), flush=True)


class Features(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.eval()

    def forward(self, x):
        return self.net.tail(self.net.trunk(x, 0), 0)


if __name__ == "__main__":
    main()
