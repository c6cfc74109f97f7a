"""Does the exported ONNX model give, from the picture files, the probabilities that the app gave?

    python verify_onnx.py [--progress] MODEL PREPROCESSING LIST

LIST is a file of JSON lines, or - for standard input; each line is
    {"path": "picture.jpg", "probabilities": [0.1, 0.9]}     the probabilities being the app's

Prints one line of JSON:
    runtime            name and versions of what ran the model
    pictures           pictures compared, without the converted ones
    agreement          share of them with the same most probable class, 0..1
    largestDifference  largest absolute difference of a probability
    worst              path of the picture with that difference
    failures           [{path, reason}]: pictures that could not be compared
    sumError           largest |sum of a picture's probabilities - 1|, over all pictures
    converted          {pictures, agreement, largestDifference, worst} of the pictures with an embedded profile,
                       in CMYK, with 16 bit or in AVIF, which Pillow and the app decode with other rounding
agreement, largestDifference, worst and sumError are null where no picture was compared.

Exit 0 if it could run, whatever it found. Exit 1, with one sentence on standard error, if it could not; exit 2 if
a Python module is missing.
Needs: pip install numpy pillow onnxruntime
"""

import json
import math
import os
import platform
import sys

# Some builds of onnxruntime report to their maker; these names turn that off, and only before the import.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("ORT_TELEMETRY_DISABLED", "1")

try:
    import numpy as np
    import onnxruntime
    import PIL

    from pixels import check_preprocessing, decode_picture, place_picture
except ImportError as error:
    print(f"The Python module {error.name} is missing: pip install numpy pillow onnxruntime", file=sys.stderr)
    sys.exit(2)

BATCH = 8
SUM_TOLERANCE = 1e-5


class CannotRun(Exception):
    """Its text is the sentence for the user."""


class Tally:
    """What was found over a set of pictures."""

    def __init__(self):
        self.pictures = 0
        self.agreed = 0
        self.largest = None
        self.worst = None

    def add(self, path, expected, found):
        difference = float(np.abs(found - expected).max())
        self.pictures += 1
        self.agreed += int(found.argmax() == expected.argmax())
        if self.largest is None or difference > self.largest:
            self.largest, self.worst = difference, path

    def summary(self):
        return {
            "pictures": self.pictures,
            "agreement": self.agreed / self.pictures if self.pictures else None,
            "largestDifference": self.largest,
            "worst": self.worst,
        }


def main(words):
    progress = "--progress" in words
    places = [word for word in words if word != "--progress"]
    if len(places) != 3:
        raise CannotRun("Usage: python verify_onnx.py [--progress] MODEL PREPROCESSING LIST")
    model, preprocessing_path, list_path = places
    preprocessing = read_preprocessing(preprocessing_path)
    pictures = read_list(list_path)
    session = open_model(model, preprocessing)
    print(json.dumps(verify(session, preprocessing, pictures, progress), ensure_ascii=False))


def verify(session, preprocessing, pictures, progress):
    plain, converted, failures, sum_errors = Tally(), Tally(), [], []
    for start in range(0, len(pictures), BATCH):
        batch = pictures[start : start + BATCH]
        readable = read_batch(batch, preprocessing, failures)
        for picture, was_converted, found in run_model(session, preprocessing, readable):
            reason = fault_of(found, sum_errors)
            if reason is not None:
                failures.append({"path": picture["path"], "reason": reason})
                continue
            tally = converted if was_converted else plain
            tally.add(picture["path"], np.asarray(picture["probabilities"], dtype=np.float64), found)
        if progress:
            print(json.dumps({"done": start + len(batch), "of": len(pictures)}), file=sys.stderr, flush=True)
    runtime = f"onnxruntime {onnxruntime.__version__} (Python {platform.python_version()}, Pillow {PIL.__version__})"
    return {
        "runtime": runtime,
        **plain.summary(),
        "failures": failures,
        "sumError": max(sum_errors, default=None),
        "converted": converted.summary(),
    }


def read_preprocessing(path):
    try:
        with open(path, encoding="utf-8") as file:
            preprocessing = json.load(file)
    except (OSError, ValueError) as error:
        raise CannotRun(f"The preprocessing record {path} could not be read: {error}") from error
    try:
        check_preprocessing(preprocessing)
    except ValueError as error:
        raise CannotRun(str(error)) from error
    return preprocessing


def read_list(path):
    try:
        if path == "-":
            lines = sys.stdin.buffer.read().decode("utf-8").split("\n")
        else:
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")
        pictures = [read_list_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    except (OSError, ValueError) as error:
        raise CannotRun(f"The list of pictures {path} could not be read: {error}") from error
    if not pictures:
        raise CannotRun(f"The list of pictures {path} is empty.")
    return pictures


def read_list_line(line, number):
    try:
        picture = json.loads(line)
    except ValueError:
        raise ValueError(f"line {number} is not JSON.") from None
    if not isinstance(picture, dict) or not isinstance(picture.get("path"), str):
        raise ValueError(f"line {number} holds no path.")
    if not isinstance(picture.get("probabilities"), list):
        raise ValueError(f"line {number} holds no probabilities.")
    return picture


def open_model(path, preprocessing):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no narrower class
        raise CannotRun(f"The model {path} could not be opened: {error}") from error
    image, output = session.get_inputs()[0], session.get_outputs()[0]
    if (image.name, image.type) != ("image", "tensor(uint8)"):
        raise CannotRun(f"The model takes {image.name} {image.type}, not image tensor(uint8).")
    if (output.name, output.type) != ("probabilities", "tensor(float)"):
        raise CannotRun(f"The model gives {output.name} {output.type}, not probabilities tensor(float).")
    check_metadata(session, preprocessing)
    return session


def check_metadata(session, preprocessing):
    """What the model carries inside must be what lies beside it."""
    inside = session.get_modelmeta().custom_metadata_map
    for key, beside in (("labels", preprocessing["labels"]), ("preprocessing", preprocessing)):
        try:
            same = json.loads(inside.get(key, "null")) == beside
        except ValueError:
            same = False
        if not same:
            raise CannotRun(f"The {key} inside the model are not those of the preprocessing record.")


def read_batch(pictures, preprocessing, failures):
    """(picture, was converted, pixels) of those that can be read; the others go to the failures."""
    readable = []
    for picture in pictures:
        try:
            check_expected(picture["probabilities"], len(preprocessing["labels"]))
            rgb, was_converted = decode_picture(picture["path"])
            readable.append((picture, was_converted, place_picture(rgb, preprocessing)))
        except Exception as error:  # Pillow's plugins raise many kinds; one bad file must not end the run
            failures.append({"path": picture["path"], "reason": one_sentence(error)})
    return readable


def check_expected(probabilities, classes):
    if len(probabilities) != classes:
        raise ValueError(f"The list holds {len(probabilities)} probabilities for {classes} labels.")
    if not all(isinstance(p, (int, float)) and math.isfinite(p) for p in probabilities):
        raise ValueError("The list holds a probability that is no number.")


def run_model(session, preprocessing, readable):
    """(picture, was converted, probabilities) for each"""
    if not readable:
        return []
    images = np.stack([pixels for _, _, pixels in readable])
    rows = session.run(["probabilities"], {"image": images})[0]
    due = (len(readable), len(preprocessing["labels"]))
    if rows.shape != due:
        raise CannotRun(f"The model gives {list(rows.shape)} where {list(due)} was due.")
    pairs = zip(readable, rows.astype(np.float64))
    return [(picture, was_converted, row) for (picture, was_converted, _), row in pairs]


def fault_of(found, sum_errors):
    if not np.isfinite(found).all():
        return "The model gives a probability that is not finite."
    sum_errors.append(abs(float(found.sum()) - 1))
    if sum_errors[-1] > SUM_TOLERANCE:
        return f"The model's probabilities differ from a sum of 1 by {sum_errors[-1]}."
    return None


def one_sentence(error):
    return (str(error) or type(error).__name__).split("\n")[0].strip()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotRun as error:
        print(one_sentence(error), file=sys.stderr)
        sys.exit(1)
