"""A small residual network with every operation, from its input to the softmax."""

import torch

from drawing import draw, draw_weight, edges, node, until_clear, written, written_map
from layers import OPERATIONS, STATISTICS


def norm(name, source, prefix, gamma=None):
    roles = {role: f"{prefix}/{role}" for role in ("beta", "mean", "variance")}
    return node(name, "batch-norm", [source], {"epsilon": 0.001}, {"gamma": gamma or f"{prefix}/gamma", **roles})


def window(stride, padding, **more):
    return {"stride": [stride, stride], "padding": padding, **more}


def network_nodes():
    """A residual block and squeeze-excite; 'mix' is the kernel of two nodes, 'stem/gamma' belongs to two norms."""
    one = {"dilation": [1, 1]}
    return [
        node("picture", "input", [], {"shape": [9, 8, 3]}),
        node("scaled", "normalise", ["picture"], {"scale": [0.5, 0.25, 1.0], "offset": [-0.1, 0.2, 0.0]}),
        node("padded", "pad", ["scaled"], {"edges": edges(0, 1, 1, 0), "value": 0.5}),
        node("stem", "conv", ["padded"], window(2, "same", **one), {"kernel": "stem/kernel", "bias": "stem/bias"}),
        norm("stem-norm", "stem", "stem"),
        node("stem-relu6", "relu6", ["stem-norm"]),
        node("depth", "depthwise", ["stem-relu6"], window(1, "same", **one), {"kernel": "depth/kernel"}),
        norm("depth-norm", "depth", "depth", gamma="stem/gamma"),
        node("depth-swish", "swish", ["depth-norm"]),
        node("mix-first", "conv", ["depth-swish"], window(1, "valid", **one), {"kernel": "mix"}),
        node("sum", "add", ["stem-relu6", "mix-first"]),
        node("mix-second", "conv", ["sum"], window(1, "same", **one), {"kernel": "mix", "bias": "mix-second/bias"}),
        node("hard", "hard-swish", ["mix-second"]),
        node("largest", "max-pool", ["hard"], window(1, "same", size=[2, 2])),
        node("mean", "global-average-pool", ["largest"]),
        node("squeeze", "dense", ["mean"], {}, {"kernel": "squeeze/kernel", "bias": "squeeze/bias"}),
        node("squeeze-relu", "relu", ["squeeze"]),
        node("excite", "dense", ["squeeze-relu"], {}, {"kernel": "excite/kernel"}),
        node("gate", "sigmoid", ["excite"]),
        node("gated", "multiply", ["largest", "gate"]),
        node("pooled", "average-pool", ["gated"], window(2, "same", size=[3, 3])),
        node("features", "flatten", ["pooled"]),
        node("dropped", "dropout", ["features"], {"rate": 0.3}),
        node("logits", "dense", ["dropped"], {}, {"kernel": "logits/kernel", "bias": "logits/bias"}),
        node("probabilities", "softmax", ["logits"]),
    ]


WEIGHT_SHAPES = {
    "stem/kernel": (3, 3, 3, 4), "stem/bias": (4,),
    "stem/gamma": (4,), "stem/beta": (4,), "stem/mean": (4,), "stem/variance": (4,),
    "depth/kernel": (3, 3, 4, 1), "depth/beta": (4,), "depth/mean": (4,), "depth/variance": (4,),
    "mix": (1, 1, 4, 4), "mix-second/bias": (4,),
    "squeeze/kernel": (4, 3), "squeeze/bias": (3,), "excite/kernel": (3, 4),
    "logits/kernel": (36, 3), "logits/bias": (3,),
}  # fmt: skip


def network():
    nodes = network_nodes()

    def make():
        weights = {name: draw_weight(name.split("/")[-1], shape) for name, shape in WEIGHT_SHAPES.items()}
        learned = {name: w.requires_grad_() for name, w in weights.items() if name.split("/")[-1] not in STATISTICS}
        picture = draw((2, 9, 8, 3)).requires_grad_()
        mask = (torch.rand(2, 36) >= 0.3).double()
        values = {"picture": picture}
        for n in nodes[1:]:
            a = {**n["attributes"], **({"mask": mask} if n["op"] == "dropout" else {})}
            roles = {role: weights[name] for role, name in n["weights"].items()}
            values[n["name"]] = OPERATIONS[n["op"]](a, [values[name] for name in n["inputs"]], roles)
        output = values["probabilities"]
        gradient = draw(output.shape)
        found = torch.autograd.grad(output, [picture, *learned.values()], gradient)
        return {
            "nodes": nodes,
            "weights": written_map(weights),
            "input": written(picture),
            "masks": {"dropped": [int(v) for v in mask.flatten().tolist()]},
            "output": written(output),
            "gradient": written(gradient),
            "inputGradient": written(found[0]),
            "weightGradients": written_map(dict(zip(learned, found[1:]))),
        }

    return until_clear(make)
