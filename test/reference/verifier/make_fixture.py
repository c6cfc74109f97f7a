"""Makes the fixture of the verifier's tests: a tiny ONNX model, pictures, and what must come out of them.

    python make_fixture.py          needs numpy, pillow, onnx, onnxruntime; rewrites the files beside it
    npx prettier --write *.json     as everywhere in the repository

Nothing here uses the app or the verifiers: the pictures are arrays known before they are files, the expected
pixels come from Pillow's resize, and the expected probabilities from numpy in float64. The expected pixels were the
same with Pillow 9.4.0, 11.3.0, 12.3.0 and 13.0.0.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = Path(__file__).parent
LABELS = ["ant", "bée", "other thing"]
SCALE = np.full(3, 1 / 127.5, dtype=np.float32)
OFFSET = np.full(3, -1, dtype=np.float32)
# Gemm [3 channels, 3 classes]: each class likes one colour.
KERNEL = np.array([[3, -1, 0.5], [-0.5, 2.5, -1], [0.25, -1.5, 3.5]], dtype=np.float32)
BIAS = np.array([0.1, -0.2, 0.05], dtype=np.float32)
PAD = (127, 127, 127)

PREPROCESSING = {
    "format": "headstart-preprocessing",
    "version": 1,
    "decode": {
        "orientation": "applied",
        "colour": "srgb-8bit",
        "profile": "libvips-perceptual",
        "alpha": "on-white",
        "frame": "first",
    },
    "crop": "centre-square",
    "pad": list(PAD),
    "resample": "pillow-bilinear-v1",
    "size": 32,
    "channels": "RGB",
    "layout": "NHWC",
    "range": [0, 255],
    "scale": [float(value) for value in SCALE],
    "offset": [float(value) for value in OFFSET],
    "labels": LABELS,
    "weights": hashlib.sha256(KERNEL.tobytes() + BIAS.tobytes()).hexdigest(),
}


def main():
    (HERE / "pictures").mkdir(exist_ok=True)
    (HERE / "preprocessing.json").write_text(json.dumps(PREPROCESSING, ensure_ascii=False, indent=2) + "\n", "utf-8")
    onnx.save(make_model(), HERE / "tiny.onnx")
    pictures = draw_pictures()
    pixels = {name: place(rgb, "centre-square", 32) for name, rgb in pictures.items()}
    probabilities = {name: classify(picture) for name, picture in pixels.items()}
    check_with_onnxruntime(pixels, probabilities)
    expected = {
        "sha256": {
            f"{crop} {size}": {name: digest(place(rgb, crop, size)) for name, rgb in pictures.items()}
            for crop in ("centre-square", "fit-and-pad", "stretch")
            for size in (32, 224)
        },
        "probabilities": {name: [float(p) for p in row] for name, row in probabilities.items()},
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", "utf-8")


def draw_pictures():
    """Writes the files and gives the RGB bytes that a reader must find in each."""
    random = np.random.default_rng(20)

    def noise(height, width, tint):
        return (random.integers(0, 160, (height, width, 3)) + np.array(tint)).astype(np.uint8)

    truth = {}

    def store(name, picture, rgb, **options):
        picture.save(HERE / "pictures" / name, optimize=True, **options)
        truth[name] = np.ascontiguousarray(rgb)

    landscape = noise(90, 121, (90, 0, 0))
    store("landscape.png", Image.fromarray(landscape), landscape)
    portrait = noise(103, 71, (0, 90, 0))
    store("portrait.png", Image.fromarray(portrait), portrait)
    # 100 times as tall as wide and more: Pillow 12.2 and later resize such a picture down before across.
    ribbon = noise(301, 3, (0, 0, 90))
    store("ribbon.png", Image.fromarray(ribbon), ribbon)
    dot = noise(3, 5, (0, 40, 90))
    store("dot.png", Image.fromarray(dot), dot)
    already = noise(32, 32, (30, 0, 60))
    store("already-32.png", Image.fromarray(already), already)

    y, x = np.mgrid[0:801, 0:1203]
    large = np.stack([(x // 3) % 256, (x & y) % 256, (y // 2) % 256], axis=2).astype(np.uint8)
    store("large.png", Image.fromarray(large), large)

    grey = noise(40, 50, (50, 0, 0))[:, :, 0]
    store("grey.png", Image.fromarray(grey), np.stack([grey] * 3, axis=2))

    colour, alpha = noise(48, 64, (0, 80, 0)), random.integers(0, 256, (48, 64)).astype(np.uint8)
    store("alpha.png", Image.fromarray(np.dstack([colour, alpha])), on_white(colour, alpha))
    grey, alpha = noise(47, 33, (0, 0, 0))[:, :, 0], random.integers(0, 256, (47, 33)).astype(np.uint8)
    store("grey-alpha.png", Image.fromarray(np.dstack([grey, alpha])), on_white(np.stack([grey] * 3, axis=2), alpha))

    indices = random.integers(0, 8, (41, 40)).astype(np.uint8)
    palette = random.integers(0, 256, (8, 3)).astype(np.uint8)
    opacity = np.array([255, 0, 128, 255, 17, 255, 255, 254], dtype=np.uint8)
    picture = Image.fromarray(indices)
    picture.putpalette(palette.tobytes())
    rgb = on_white(palette[indices], opacity[indices])
    store("palette.png", picture, rgb, transparency=opacity.tobytes())

    upright = noise(44, 60, (90, 30, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise, so it is stored turned the other way
    store("turned.png", Image.fromarray(np.ascontiguousarray(np.rot90(upright, 1))), upright, exif=exif)
    return truth


def on_white(rgb, alpha):
    c, a = rgb.astype(int), alpha.astype(int)[:, :, None]
    return ((c * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


def place(rgb, crop, size):
    picture = Image.fromarray(rgb)
    w, h = picture.size
    if crop == "stretch":
        return np.asarray(across_then_down(picture, size, size, (0, 0, w, h)))
    if crop == "centre-square":
        side = min(w, h)
        left, top = (w - side) // 2, (h - side) // 2
        return np.asarray(across_then_down(picture, size, size, (left, top, left + side, top + side)))
    longer = max(w, h)
    width, height = (max(1, (2 * side * size + longer) // (2 * longer)) for side in (w, h))
    square = Image.new("RGB", (size, size), PAD)
    square.paste(across_then_down(picture, width, height, (0, 0, w, h)), ((size - width) // 2, (size - height) // 2))
    return np.asarray(square)


def across_then_down(picture, width, height, box):
    """One call would do in Pillow 11 and older; newer ones choose the order of the two passes by shape."""
    narrow = picture.resize((width, picture.height), Image.BILINEAR, box=(box[0], 0, box[2], picture.height))
    return narrow.resize((width, height), Image.BILINEAR, box=(0, box[1], width, box[3]))


def digest(pixels):
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def classify(pixels):
    mean = (pixels.astype(np.float64) * SCALE + OFFSET).mean(axis=(0, 1))
    powers = np.exp(mean @ KERNEL.astype(np.float64) + BIAS)
    return powers / powers.sum()


def make_model():
    """image uint8 [n, 32, 32, 3] -> Cast, Mul, Add, ReduceMean, Gemm, Softmax -> probabilities float32 [n, 3]"""
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["float", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "offset"], ["moved"]),
        helper.make_node("ReduceMean", ["moved"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("Gemm", ["mean", "kernel", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    constants = {"scale": SCALE, "offset": OFFSET, "kernel": KERNEL, "bias": BIAS}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", 32, 32, 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(
        model,
        {
            "labels": json.dumps(LABELS, ensure_ascii=False),
            "preprocessing": json.dumps(PREPROCESSING, ensure_ascii=False),
        },
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def check_with_onnxruntime(pixels, probabilities):
    session = onnxruntime.InferenceSession(HERE / "tiny.onnx", providers=["CPUExecutionProvider"])
    found = session.run(None, {"image": np.stack(list(pixels.values()))})[0]
    due = np.stack(list(probabilities.values()))
    assert np.abs(found - due).max() < 1e-6
    assert set(due.argmax(axis=1)) == {0, 1, 2}, "each class should win somewhere"


if __name__ == "__main__":
    main()
