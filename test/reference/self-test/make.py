"""The self-test's answer, from PyTorch in float64 on the processor.

    python -m pip install torch==2.15.0
    npm run build
    node test/reference/self-test/dump.mjs > self-test.json
    python test/reference/self-test/make.py self-test.json > src/engine/runtimes/self-test-answer.ts

Nothing of Headstart computes here: padding, batch norm (not folded) and ReLU6 are written out once more. The
script stops where the network has become too tame to show a fault: see `check_clipping` and `check_sides`.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
met = set()  # (kernel, side is odd) at stride 2


def same(size, kernel, stride):
    """TensorFlow's rule, as its manual states it: by the remainder of size / stride."""
    total = max(kernel - (stride if size % stride == 0 else size % stride), 0)
    return total // 2, total - total // 2


def convolve(x, node, kernel, groups):
    """x [n, c, h, w], kernel [out, in / groups, h, w]"""
    attributes = node["attributes"]
    assert attributes["padding"] == "same" and attributes["dilation"] == [1, 1] and "bias" not in node["weights"]
    stride = attributes["stride"]
    (top, bottom), (left, right) = (same(x.shape[2 + i], kernel.shape[2 + i], stride[i]) for i in (0, 1))
    met.update((kernel.shape[2 + i], x.shape[2 + i] % 2 == 1) for i in (0, 1) if stride[i] == 2)
    return F.conv2d(F.pad(x, (left, right, top, bottom)), kernel, stride=stride, groups=groups)


def apply(node, inputs, weights):
    op, attributes = node["op"], node["attributes"]
    x = inputs[0]
    w = {role: weights[name] for role, name in node["weights"].items()}
    column = lambda values: torch.as_tensor(values).reshape(-1, 1, 1)
    if op == "normalise":
        return x * column(attributes["scale"]) + column(attributes["offset"])
    if op == "conv":
        return convolve(x, node, w["kernel"].permute(3, 2, 0, 1), 1)
    if op == "depthwise":
        assert w["kernel"].shape[3] == 1
        return convolve(x, node, w["kernel"].permute(2, 3, 0, 1), x.shape[1])
    if op == "batch-norm":
        deviation = (column(w["variance"]) + attributes["epsilon"]).sqrt()
        return (x - column(w["mean"])) / deviation * column(w["gamma"]) + column(w["beta"])
    if op == "relu6":
        check_clipping(node["name"], x)
        return x.clamp(0, 6)
    if op == "add":
        return inputs[0] + inputs[1]
    if op == "global-average-pool":
        return x.mean((2, 3))
    if op == "dense":
        return x @ w["kernel"] + w["bias"]
    raise ValueError(f"{node['name']}: no {op} here")


def check_clipping(name, x):
    shares = {"below 0": (x < 0).double().mean().item(), "above 6": (x > 6).double().mean().item()}
    print(name, *(f"{share:.1%} {where}" for where, share in shares.items()), file=sys.stderr)
    assert all(0.02 < share < 0.8 for share in shares.values()), f"{name} clips too little or too much"


def check_sides():
    missing = {(kernel, odd) for kernel in (3, 5) for odd in (False, True)} - met
    assert not missing, f"kernel and oddness that stride 2 does not meet: {missing}"


def answer(dumped):
    weights = {name: torch.tensor(t["values"]).reshape(t["shape"]) for name, t in dumped["weights"].items()}
    first, *nodes = dumped["nodes"]
    pixels = torch.tensor(dumped["pixels"], dtype=torch.float64)
    shape = [dumped["batch"], *first["attributes"]["shape"]]
    values = {first["name"]: pixels.reshape(shape).permute(0, 3, 1, 2)}
    for node in nodes:
        values[node["name"]] = apply(node, [values[name] for name in node["inputs"]], weights)
    return values[dumped["output"]]


with open(sys.argv[1], encoding="utf-8") as file:
    logits = answer(json.load(file))
check_sides()
shape = list(logits.shape)
print(
    f"""/**
 * What the self-test's network answers: logits {shape}, row by row. From PyTorch {torch.__version__.split("+")[0]} in float64 on the
 * processor, made by `test/reference/self-test/make.py` from the same weights and pixels.
 */
export const selfTestAnswer: readonly number[] = ["""
)
for row in logits.tolist():
    print("  " + " ".join(f"{value:.12g}," for value in row))
print("];")
