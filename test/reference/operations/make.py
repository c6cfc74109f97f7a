"""Reference numbers for every operation of the graph, from PyTorch in float64 on the processor.

    python -m pip install torch==2.15.0
    python test/reference/operations/make.py

writes numbers.json beside this file. Layouts are the graph's: maps [batch, height, width, channels], kernels
[h, w, in, out], [h, w, in, multiplier] and [in, out].

Inputs, weights and output gradients have three decimals, which keeps the file small; results have 12 digits.
Cases are drawn anew until no value lies near a kink (0 and 6 for ReLU6, equal values for a maximum): there the
derivative is a matter of convention.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

from drawing import draw, draw_weight, edges, node, until_clear, written, written_map
from layers import OPERATIONS, STATISTICS
from network import network

SEED = 20
torch.set_default_dtype(torch.float64)
torch.manual_seed(SEED)


def case(name, op, shapes, attributes=None, weights=None, scale=1.0, shift=0.0, mask=False):
    attributes = attributes or {}
    names = [] if op == "input" else [f"input {i}" for i in range(len(shapes))]

    def make():
        inputs = [draw(shape, scale).add(shift).requires_grad_() for shape in shapes]
        drawn = {role: draw_weight(role, shape) for role, shape in (weights or {}).items()}
        learned = {role: drawn[role].requires_grad_() for role in drawn if role not in STATISTICS}
        masks = {"mask": (torch.rand(shapes[0]) >= attributes["rate"]).double()} if mask else {}
        output = OPERATIONS[op]({**attributes, **masks}, inputs, drawn)
        gradient = draw(output.shape)
        found = torch.autograd.grad(output, [*inputs, *learned.values()], gradient)
        return {
            "name": f"{op}: {name}",
            "node": node("node", op, names, attributes, {role: role for role in drawn}),
            **{key: [int(v) for v in value.flatten().tolist()] for key, value in masks.items()},
            "inputs": [written(x) for x in inputs],
            "weights": written_map(drawn),
            "output": written(output),
            "gradient": written(gradient),
            "inputGradients": [written(g) for g in found[: len(inputs)]],
            "weightGradients": written_map(dict(zip(learned, found[len(inputs) :]))),
        }

    return until_clear(make)


# kernel, stride, height x width, padding, dilation
WINDOWS = [
    ([3, 3], [1, 1], (4, 4), "same", 1),
    ([3, 3], [1, 1], (5, 3), "same", 1),
    ([3, 3], [2, 2], (6, 6), "same", 1),
    ([3, 3], [2, 2], (7, 5), "same", 1),
    ([3, 3], [2, 2], (6, 5), "same", 1),
    ([5, 5], [1, 1], (6, 4), "same", 1),
    ([5, 5], [1, 1], (5, 7), "same", 1),
    ([5, 5], [2, 2], (6, 8), "same", 1),
    ([5, 5], [2, 2], (7, 7), "same", 1),
    ([3, 5], [2, 1], (5, 6), "same", 1),
    ([5, 3], [1, 2], (6, 5), "same", 1),
    ([3, 3], [1, 1], (4, 5), "valid", 1),
    ([3, 3], [2, 2], (6, 7), "valid", 1),
    ([5, 5], [2, 2], (8, 7), "valid", 1),
    ([3, 3], [2, 2], (6, 6), edges(0, 1, 0, 1), 1),
    ([3, 3], [2, 2], (5, 6), edges(1, 1, 1, 1), 1),
    ([5, 5], [1, 1], (3, 4), edges(2, 1, 0, 3), 1),
    ([3, 3], [1, 1], (7, 6), "same", 2),
    ([3, 3], [1, 1], (6, 7), "valid", 2),
    ([3, 3], [2, 2], (6, 7), "same", 2),
    ([3, 3], [2, 1], (5, 5), edges(1, 2, 0, 3), 2),
]


def describe(kernel, stride, size, padding, dilation):
    how = padding if isinstance(padding, str) else "edges " + ",".join(str(v) for v in padding.values())
    text = f"{kernel[0]}x{kernel[1]} stride {stride[0]},{stride[1]} on {size[0]}x{size[1]} {how}"
    return f"{text} dilation {dilation}" if dilation > 1 else text


def convolutions():
    windows = [([1, 1], [1, 1], (3, 4), "same", 1), ([1, 1], [2, 2], (5, 4), "valid", 1), *WINDOWS]
    for i, window in enumerate(windows):
        kernel, stride, (height, width), padding, dilation = window
        a = {"stride": stride, "padding": padding, "dilation": [dilation, dilation]}
        weights = {"kernel": [*kernel, 2, 3], **({"bias": [3]} if i % 2 else {})}
        yield case(describe(*window) + (" bias" if i % 2 else ""), "conv", [(1 + i % 2, height, width, 2)], a, weights)


def depthwise_convolutions():
    for i, window in enumerate(WINDOWS):
        kernel, stride, (height, width), padding, dilation = window
        a = {"stride": stride, "padding": padding, "dilation": [dilation, dilation]}
        multiplier, bias = 1 + i % 2, i % 3 == 0
        weights = {"kernel": [*kernel, 2, multiplier], **({"bias": [2 * multiplier]} if bias else {})}
        name = f"{describe(*window)} multiplier {multiplier}" + (" bias" if bias else "")
        yield case(name, "depthwise", [(1 + i // 2 % 2, height, width, 2)], a, weights)


# size, stride, height x width, padding
POOLS = [
    ([2, 2], [2, 2], (4, 6), "valid"),
    ([3, 3], [2, 2], (6, 6), "same"),
    ([3, 3], [2, 2], (5, 7), "same"),
    ([2, 3], [1, 2], (4, 5), "same"),
    ([3, 3], [2, 2], (5, 6), edges(1, 0, 0, 2)),
]


def pools():
    for op in ("max-pool", "average-pool"):
        for size, stride, (height, width), padding in POOLS:
            a = {"size": size, "stride": stride, "padding": padding}
            # Values below zero: if padding zeros took part, they would be the maximum.
            name = describe(size, stride, (height, width), padding, 1)
            yield case(name, op, [(2, height, width, 2)], a, shift=-3.0)


def others():
    map_, vector = (2, 3, 4, 3), (3, 4)
    yield case("passes what is fed", "input", [map_], {"shape": list(map_[1:])})
    yield case("per channel", "normalise", [map_], {"scale": [0.5, -2.0, 0.0078125], "offset": [1.0, 0.25, -0.99]})
    yield case("zeros", "pad", [map_], {"edges": edges(0, 1, 2, 1), "value": 0})
    yield case("a value", "pad", [(1, 2, 2, 2)], {"edges": edges(2, 0, 1, 3), "value": -1.5})
    statistics = ("gamma", "beta", "mean", "variance")
    yield case("map", "batch-norm", [map_], {"epsilon": 0.001}, {role: [3] for role in statistics})
    yield case("vector", "batch-norm", [vector], {"epsilon": 0.00001}, {role: [4] for role in statistics})
    for op in ("relu", "relu6", "swish", "hard-swish", "sigmoid"):
        yield case("map", op, [map_], scale=4.0)
        yield case("vector", op, [vector], scale=4.0)
    yield case("maps", "add", [map_, map_])
    yield case("vectors", "add", [vector, vector])
    yield case("maps", "multiply", [map_, map_])
    yield case("vectors", "multiply", [vector, vector])
    yield case("map by vector", "multiply", [map_, (2, 3)])
    yield case("map", "global-average-pool", [(2, 3, 5, 3)])
    yield case("map", "flatten", [map_])
    yield case("without a mask", "dropout", [vector], {"rate": 0.4})
    yield case("with a mask", "dropout", [vector], {"rate": 0.4}, mask=True)
    yield case("map with a mask", "dropout", [map_], {"rate": 0.25}, mask=True)
    yield case("bias", "dense", [vector], weights={"kernel": [4, 5], "bias": [5]})
    yield case("no bias", "dense", [vector], weights={"kernel": [4, 2]})
    yield case("vector", "softmax", [(3, 5)], scale=3.0)
    yield case("map", "softmax", [(1, 2, 2, 4)], scale=3.0)


def cross_entropy(name, logits, targets, weights=None):
    logits = logits.clone().requires_grad_()
    each = F.cross_entropy(logits, targets, reduction="none")
    loss = each.mean() if weights is None else (each * weights).sum() / weights.sum()
    (gradient,) = torch.autograd.grad(loss, [logits])
    return {
        "name": name,
        "logits": written(logits),
        "targets": written(targets),
        **({} if weights is None else {"sampleWeights": weights.tolist()}),
        "loss": float(f"{loss.item():.12g}"),
        "gradient": written(gradient),
    }


def losses():
    hard = F.one_hot(torch.tensor([2, 0, 4, 1]), 5).double()
    logits = draw((4, 5), 3.0)
    weights = torch.tensor([1.0, 0.25, 3.0, 0.0])
    yield cross_entropy("hard labels", logits, hard)
    yield cross_entropy("hard labels with sample weights", logits, hard, weights)
    yield cross_entropy("smoothed labels with sample weights", logits, hard * 0.9 + 0.02, weights)
    yield cross_entropy("targets that do not add up to 1", logits, hard * 1.5 + 0.1)
    yield cross_entropy("logits far from zero", logits * 400, hard)


def main():
    cases = [*convolutions(), *depthwise_convolutions(), *pools(), *others()]
    assert {c["node"]["op"] for c in cases} == set(OPERATIONS), "every operation has a case"
    numbers = {
        "regenerate": "python test/reference/operations/make.py (its first lines say what to install)",
        "torch": torch.__version__.split("+")[0],
        "seed": SEED,
        "operations": cases,
        "losses": [*losses()],
        "network": network(),
    }
    text = json.dumps(numbers, separators=(",", ":"))
    Path(__file__).with_name("numbers.json").write_text(text.replace('{"name":"', '\n{"name":"') + "\n")


main()