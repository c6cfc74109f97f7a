"""Counts what a graph costs: learned parameters, and multiply-adds for one picture."""

from __future__ import annotations

from math import ceil, prod

LEARNED = ("kernel", "bias", "gamma", "beta")


def count_parameters(graph: dict, shapes: dict[str, tuple[int, ...]]) -> int:
    """Kernels, biases, gamma and beta; the stored statistics of batch norm are not learned and do not count."""
    names = [name for node in graph["nodes"] for role, name in node["weights"].items() if role in LEARNED]
    return sum(prod(shapes[name]) for name in names)


def count_multiply_adds(graph: dict, shapes: dict[str, tuple[int, ...]]) -> int:
    """Convolutions and dense layers, as usual in the literature; batch norm (it can be folded) does not count."""
    sizes: dict[str, tuple[int, int]] = {}
    total = 0
    for node in graph["nodes"]:
        sizes[node["name"]] = size = _output_size(node, sizes)
        if "kernel" in node["weights"]:
            total += prod(size) * prod(shapes[node["weights"]["kernel"]])
    return total


def _output_size(node: dict, sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Height and width; vectors count as 1 x 1."""
    attributes = node["attributes"]
    if node["op"] == "input":
        return tuple(attributes["shape"][:2])
    if node["op"] in ("global-average-pool", "dense"):
        return 1, 1
    height, width = sizes[node["inputs"][0]]
    if "stride" not in attributes:
        return height, width
    if attributes["padding"] != "same":
        raise ValueError(f"{node['name']}: only 'same' padding is counted")
    return ceil(height / attributes["stride"][0]), ceil(width / attributes["stride"][1])
