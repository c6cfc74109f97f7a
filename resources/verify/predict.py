"""Names what is on pictures, with the exported model.

    pip install numpy pillow onnxruntime
    python predict.py picture.jpg another.png

Needs model.onnx, preprocessing.json and pixels.py beside it.
"""

import json
import os
import sys
from pathlib import Path

# Some builds of onnxruntime report to their maker; these names turn that off, and only before the import.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("ORT_TELEMETRY_DISABLED", "1")
import onnxruntime  # noqa: E402

from pixels import check_preprocessing, pixels_of_file

HERE = Path(__file__).parent


def main(paths):
    preprocessing = json.loads((HERE / "preprocessing.json").read_text(encoding="utf-8"))
    check_preprocessing(preprocessing)
    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])

    for path in paths:
        # uint8 RGB 0..255, [1, size, size, 3]. The model scales them itself: do not divide by 255.
        image = pixels_of_file(path, preprocessing)[None]
        probabilities = session.run(["probabilities"], {"image": image})[0][0]

        print(path)
        for i in (-probabilities).argsort(kind="stable"):
            print(f"  {probabilities[i]:.6f}  {preprocessing['labels'][i]}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: python predict.py picture.jpg another.png")
    main(sys.argv[1:])
