"""Reference numbers for the training of a softmax head, from PyTorch in float64 on the processor.

    python -m pip install torch==2.15.0
    python test/reference/training/make.py

writes numbers.json beside this file: 20 steps of Adam on a quadratic, and on logistic regression with several
classes, with and without Ridge. Starting values have three decimals; results have 12 digits.
"""

import json
from pathlib import Path

import torch

STEPS = 20
SEED = 11
torch.set_default_dtype(torch.float64)
torch.manual_seed(SEED)

ADAMS = [
    ("defaults", 0.1, 0.9, 0.999, 1e-8),
    ("short memory and a large epsilon", 0.05, 0.5, 0.9, 1e-2),
    ("no memory", 0.01, 0.0, 0.0, 1e-8),
]


def digits(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().flatten().tolist()]


def three(*shape):
    return torch.randn(*shape).mul(1000).round().div(1000)


def quadratic(name, rate, beta1, beta2, epsilon):
    """f(w) = sum k (w - c)^2 / 2, df/dw = k (w - c)."""
    start = torch.tensor([1.0, -2.0, 3.0, 0.5])
    curvature = torch.tensor([1.0, 10.0, 0.125, 4.0])
    centre = torch.tensor([0.5, 0.0, -1.0, 0.25])
    weights = start.clone().requires_grad_()
    adam = torch.optim.Adam([weights], lr=rate, betas=(beta1, beta2), eps=epsilon)
    steps = []
    for _ in range(STEPS):
        adam.zero_grad()
        (curvature * (weights - centre) ** 2 / 2).sum().backward()
        adam.step()
        steps.append(digits(weights))
    return {
        "name": name,
        "rate": rate,
        "options": {"beta1": beta1, "beta2": beta2, "epsilon": epsilon},
        "start": digits(start),
        "curvature": digits(curvature),
        "centre": digits(centre),
        "steps": steps,
    }


def regression(name, count, features, classes, ridge):
    """Mean cross-entropy over all pictures plus lambda sum W^2; PyTorch's weight_decay is 2 lambda."""
    rows, weights, bias = three(count, features), three(classes, features), three(classes)
    labels = torch.randint(classes, (count,))
    start = {"weights": digits(weights), "bias": digits(bias)}
    weights.requires_grad_()
    bias.requires_grad_()
    groups = [{"params": [weights], "weight_decay": 2 * ridge}, {"params": [bias], "weight_decay": 0.0}]
    adam = torch.optim.Adam(groups, lr=0.05)
    losses = []
    gradient = None
    for _ in range(STEPS):
        adam.zero_grad()
        loss = torch.nn.functional.cross_entropy(rows @ weights.T + bias, labels)
        loss.backward()
        losses.append(float(f"{loss.item():.12g}"))
        if gradient is None:
            gradient = {"weights": digits(weights.grad), "bias": digits(bias.grad)}
        adam.step()
    return {
        "name": name,
        "ridge": ridge,
        "rate": 0.05,
        "count": count,
        "features": features,
        "classes": classes,
        "rows": digits(rows),
        "labels": labels.tolist(),
        "start": start,
        "losses": losses,
        "gradient": gradient,
        "end": {"weights": digits(weights), "bias": digits(bias)},
    }


numbers = {
    "torch": torch.__version__.split("+")[0],
    "quadratics": [quadratic(*adam) for adam in ADAMS],
    "regressions": [
        regression("three classes", 12, 4, 3, 0.0),
        regression("two classes, one picture over a multiple of four", 9, 6, 2, 0.0),
        regression("five classes with Ridge", 11, 7, 5, 0.05),
    ],
}
path = Path(__file__).with_name("numbers.json")
path.write_text(json.dumps(numbers, separators=(",", ":")) + "\n", encoding="utf-8")
