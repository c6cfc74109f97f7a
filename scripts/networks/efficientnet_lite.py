"""EfficientNet-Lite as a Headstart graph (`src/engine/graph/node.ts` is the definition of the format).

Structure after `efficientnet_lite_pytorch` 0.1.0 (model.py, utils.py), itself after the TensorFlow original.
Batch norm stays unfolded, dropout is left out (it does nothing at prediction), blocks are counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from types import MappingProxyType

import numpy

EPSILON = 1e-3
CLASSES = 1000
FEATURES = 1280
STEM_CHANNELS = 32
TRAINED_BY_MEDIUM = 4  # blocks behind the medium cut

SCALE = 1 / 128
OFFSET = -127 / 128

# Repeats, kernel, stride of the first, expansion, output channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)

# PyTorch's axes -> ours: conv [h, w, in, out], depthwise [h, w, in, multiplier], dense [in, out].
AXES = {"conv": (2, 3, 1, 0), "depthwise": (2, 3, 0, 1), "dense": (1, 0)}
BATCH_NORM = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
NONE: MappingProxyType = MappingProxyType({})


@dataclass(frozen=True)
class Variant:
    """`width` multiplies the channels of the blocks, `depth` their repeats; stem and head are never scaled."""

    name: str
    size: int
    width: float
    depth: float


@dataclass(frozen=True)
class Block:
    kernel: int
    stride: int
    expansion: int
    inputs: int
    outputs: int


def plan_blocks(variant: Variant) -> list[Block]:
    """The inverted residual blocks in order."""
    blocks = []
    channels = STEM_CHANNELS
    for index, (repeats, kernel, stride, expansion, outputs) in enumerate(STAGES):
        outputs = _round_channels(outputs * variant.width)
        inner = 0 < index < len(STAGES) - 1
        for repeat in range(ceil(repeats * variant.depth) if inner else repeats):
            blocks.append(Block(kernel, 1 if repeat else stride, expansion, channels, outputs))
            channels = outputs
    return blocks


def build(variant: Variant) -> tuple[dict, dict[str, tuple[str, tuple[int, ...] | None]]]:
    """The graph, and for each of its tensors its key in the state dictionary and the order of its axes."""
    builder = _Builder()
    _input(builder, variant.size)
    _stem(builder)
    plan = plan_blocks(variant)
    ends = [_block(builder, number, block) for number, block in enumerate(plan, 1)]
    _top(builder)
    graph = {
        "format": "headstart-graph",
        "version": 1,
        "name": variant.name,
        "nodes": builder.nodes,
        "outputs": ["classifier"],
        "blocks": builder.blocks,
        "cuts": {"small": "pool", "medium": ends[-1 - TRAINED_BY_MEDIUM], "large": "normalise"},
    }
    return graph, builder.origins


def take_weights(state: dict[str, numpy.ndarray], origins: dict) -> dict[str, numpy.ndarray]:
    """The graph's tensors in our layouts, float32. Every tensor of the state must be used, counters apart."""
    unused = {key for key in state if not key.endswith(".num_batches_tracked")}
    unused -= {key for key, _axes in origins.values()}
    if unused:
        raise ValueError(f"tensors without a place in the graph: {sorted(unused)}")
    return {
        name: numpy.ascontiguousarray(state[key] if axes is None else state[key].transpose(axes))
        for name, (key, axes) in origins.items()
    }


def _round_channels(channels: float) -> int:
    """To the nearest multiple of 8, but never down by more than a tenth."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def _input(builder: _Builder, size: int) -> None:
    builder.begin("input")
    builder.add("image", "input", [], {"shape": [size, size, 3]})
    builder.add("normalise", "normalise", ["image"], {"scale": [SCALE] * 3, "offset": [OFFSET] * 3})


def _stem(builder: _Builder) -> None:
    builder.begin("stem")
    builder.convolve("stem", "conv", 2, "_conv_stem", "_bn0")
    builder.follow("stem/relu6", "relu6")


def _block(builder: _Builder, number: int, block: Block) -> str:
    """Adds expand (unless the expansion is 1), depthwise, project and the residual; returns its last node."""
    name, key = f"block{number:02d}", f"_blocks.{number - 1}"
    start = builder.last
    builder.begin(name)
    if block.expansion != 1:
        builder.convolve(f"{name}/expand", "conv", 1, f"{key}._expand_conv", f"{key}._bn0")
        builder.follow(f"{name}/expand/relu6", "relu6")
    builder.convolve(f"{name}/depthwise", "depthwise", block.stride, f"{key}._depthwise_conv", f"{key}._bn1")
    builder.follow(f"{name}/depthwise/relu6", "relu6")
    builder.convolve(f"{name}/project", "conv", 1, f"{key}._project_conv", f"{key}._bn2")
    if block.stride == 1 and block.inputs == block.outputs:
        builder.add(f"{name}/add", "add", [builder.last, start])
    return builder.last


def _top(builder: _Builder) -> None:
    builder.begin("head")
    builder.convolve("head", "conv", 1, "_conv_head", "_bn1")
    builder.follow("head/relu6", "relu6")
    builder.begin("pool")
    builder.follow("pool", "global-average-pool")
    builder.begin("classifier")
    builder.follow("classifier", "dense", weights={"kernel": "_fc.weight", "bias": "_fc.bias"})


class _Builder:
    """Collects nodes, the blocks they belong to, and where each weight comes from."""

    def __init__(self) -> None:
        self.nodes: list[dict] = []
        self.blocks: list[dict] = []
        self.origins: dict[str, tuple[str, tuple[int, ...] | None]] = {}

    @property
    def last(self) -> str:
        return self.nodes[-1]["name"]

    def begin(self, block: str) -> None:
        self.blocks.append({"name": block, "nodes": []})

    def add(self, name: str, op: str, inputs: list[str], attributes: dict = NONE, weights: dict = NONE) -> None:
        """`weights`: role -> key in the state dictionary."""
        names = {role: f"{name}/{role}" for role in weights}
        node = {"name": name, "op": op, "inputs": inputs, "attributes": dict(attributes), "weights": names}
        self.nodes.append(node)
        self.blocks[-1]["nodes"].append(name)
        for role, key in weights.items():
            self.origins[names[role]] = (key, AXES[op] if role == "kernel" else None)

    def follow(self, name: str, op: str, attributes: dict = NONE, weights: dict = NONE) -> None:
        """Adds a node that takes the last node's output."""
        self.add(name, op, [self.last], attributes, weights)

    def convolve(self, prefix: str, op: str, stride: int, convolution: str, norm: str) -> None:
        """A convolution without bias and its batch norm."""
        window = {"stride": [stride, stride], "padding": "same", "dilation": [1, 1]}
        self.follow(f"{prefix}/conv", op, window, {"kernel": f"{convolution}.weight"})
        roles = {role: f"{norm}.{key}" for role, key in BATCH_NORM.items()}
        self.follow(f"{prefix}/bn", "batch-norm", {"epsilon": EPSILON}, roles)
