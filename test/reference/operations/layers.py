"""The graph's operations by PyTorch, on tensors in the graph's layouts: function(attributes, inputs, weights).

Padding is written out here once more, by TensorFlow's rule for 'same', so that the numbers do not depend on the
code that they check.
"""

import math

import torch
import torch.nn.functional as F

margins = []  # distances to kinks met since the list was cleared


def same_edges(size, kernel, stride, dilation):
    total = max((math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def padded(x, kernel, a, value=0.0):
    """x [n, h, w, c] as [n, c, h', w'] with its padding."""
    padding, dilation = a["padding"], a.get("dilation", [1, 1])
    if padding == "valid":
        (top, bottom), (left, right) = (0, 0), (0, 0)
    elif padding == "same":
        top, bottom = same_edges(x.shape[1], kernel[0], a["stride"][0], dilation[0])
        left, right = same_edges(x.shape[2], kernel[1], a["stride"][1], dilation[1])
    else:
        top, bottom, left, right = (padding[side] for side in ("top", "bottom", "left", "right"))
    return F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom), value=value)


def channels_last(y):
    return y.permute(0, 2, 3, 1)


def conv(a, inputs, w):
    x = padded(inputs[0], w["kernel"].shape, a)
    kernel = w["kernel"].permute(3, 2, 0, 1)
    return channels_last(F.conv2d(x, kernel, w.get("bias"), stride=a["stride"], dilation=a["dilation"]))


def depthwise(a, inputs, w):
    height, width, channels, multiplier = w["kernel"].shape
    x = padded(inputs[0], (height, width), a)
    kernel = w["kernel"].permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    y = F.conv2d(x, kernel, w.get("bias"), stride=a["stride"], dilation=a["dilation"], groups=channels)
    return channels_last(y)


def batch_norm(a, inputs, w):
    x = inputs[0].movedim(-1, 1)
    y = F.batch_norm(x, w["mean"], w["variance"], w["gamma"], w["beta"], training=False, eps=a["epsilon"])
    return y.movedim(1, -1)


def pad(a, inputs, w):
    return channels_last(padded(inputs[0], None, {"padding": a["edges"]}, a["value"]))


def max_pool(a, inputs, w):
    x = padded(inputs[0], a["size"], a, -math.inf)
    windows = x.unfold(2, a["size"][0], a["stride"][0]).unfold(3, a["size"][1], a["stride"][1]).flatten(4)
    largest = windows.topk(2, dim=-1).values
    margins.append((largest[..., 0] - largest[..., 1]).min().item())
    return channels_last(F.max_pool2d(x, a["size"], a["stride"]))


def average_pool(a, inputs, w):
    def total(t):
        return F.avg_pool2d(padded(t, a["size"], a), a["size"], a["stride"], divisor_override=1)

    return channels_last(total(inputs[0]) / total(torch.ones_like(inputs[0])))


def multiply(a, inputs, w):
    x, y = inputs
    return x * (y if x.shape == y.shape else y[:, None, None, :])


def dropout(a, inputs, w):
    return inputs[0] * a["mask"] / (1 - a["rate"]) if "mask" in a else inputs[0]


def dense(a, inputs, w):
    return F.linear(inputs[0], w["kernel"].T, w.get("bias"))


def with_kinks(function, kinks):
    def run(a, inputs, w):
        margins.extend((inputs[0] - kink).abs().min().item() for kink in kinks)
        return function(inputs[0])

    return run


OPERATIONS = {
    "input": lambda a, inputs, w: inputs[0],
    "normalise": lambda a, inputs, w: inputs[0] * torch.tensor(a["scale"]) + torch.tensor(a["offset"]),
    "pad": pad,
    "conv": conv,
    "depthwise": depthwise,
    "batch-norm": batch_norm,
    "relu": with_kinks(F.relu, [0]),
    "relu6": with_kinks(F.relu6, [0, 6]),
    "swish": lambda a, inputs, w: F.silu(inputs[0]),
    "hard-swish": with_kinks(F.hardswish, [-3, 3]),
    "sigmoid": lambda a, inputs, w: torch.sigmoid(inputs[0]),
    "add": lambda a, inputs, w: inputs[0] + inputs[1],
    "multiply": multiply,
    "global-average-pool": lambda a, inputs, w: inputs[0].mean(dim=(1, 2)),
    "max-pool": max_pool,
    "average-pool": average_pool,
    "flatten": lambda a, inputs, w: inputs[0].flatten(1),
    "dropout": dropout,
    "dense": dense,
    "softmax": lambda a, inputs, w: torch.softmax(inputs[0], -1),
}
STATISTICS = ("mean", "variance")  # stored, not learned: without a gradient
