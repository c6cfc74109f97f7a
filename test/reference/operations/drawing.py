"""Draws tensors away from kinks, and writes tensors and nodes as JSON."""

import torch

from layers import margins

MARGIN = 0.01  # least distance of any value to a kink


def draw(shape, scale=1.0):
    return (torch.randn(shape) * scale * 1000).round() / 1000


def draw_weight(role, shape):
    if role == "variance":
        return draw(shape).abs() + 0.3
    if role == "gamma":  # a negative one is legal, and the pretrained networks have some
        return torch.cat([-draw((1,)).abs() - 0.1, draw((shape[0] - 1,)) + 1])
    return draw(shape, 0.5) if role == "kernel" else draw(shape)


def until_clear(make):
    """The first drawing whose values keep away from kinks."""
    for _ in range(1000):
        margins.clear()
        result = make()
        if min(margins, default=1) > MARGIN:
            return result
    raise RuntimeError("no drawing keeps away from the kinks")


def written(tensor, digits=12):
    values = [float(f"{value:.{digits}g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": [int(v) if v.is_integer() else v for v in values]}


def written_map(tensors):
    return {name: written(tensor) for name, tensor in tensors.items()}


def node(name, op, inputs, attributes=None, weights=None):
    return {"name": name, "op": op, "inputs": inputs, "attributes": attributes or {}, "weights": weights or {}}


def edges(top, bottom, left, right):
    return {"top": top, "bottom": bottom, "left": left, "right": right}
