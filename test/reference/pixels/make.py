"""Draws the reference pictures of the pixel contract and what Pillow makes of them.

Writes into the folder of this file: the pictures (PNG, JPEG), expected.json (for each picture, crop and size
the SHA-256 of the pixels, RGB uint8 [size, size, 3]) and a few results as PNG to look at when a hash differs.
Run again only when the contract changes:

    python -m venv v && v/bin/pip install pillow==13.0.0 numpy && v/bin/python make.py

Everything is drawn from formulas and a seeded generator; the same versions write the same files.
"""

import hashlib
import json
from pathlib import Path

import numpy
import PIL
from PIL import Image

HERE = Path(__file__).resolve().parent
SIZES = (224, 240, 32)
CROPS = ("centre-square", "fit-and-pad", "stretch")
PAD = (127, 127, 127)
SHOWN = {("stripes.png", "centre-square", 224), ("large.jpg", "fit-and-pad", 240), ("tiny.png", "stretch", 32)}


def grid(width, height):
    return numpy.meshgrid(numpy.arange(width), numpy.arange(height))


def gradient(width, height):
    x, y = grid(width, height)
    return rgb(x * 255 / (width - 1), y * 255 / (height - 1), (x + y) * 255 / (width + height - 2))


def stripes(width, height):
    """Waves near the Nyquist limit: one along each axis, one along the diagonal."""
    x, y = grid(width, height)
    return rgb(*(127.5 + 127.5 * numpy.cos(numpy.pi * f) for f in (0.97 * x, 0.93 * y, 0.71 * (x + y))))


def noise(width, height, seed=1):
    return numpy.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(numpy.uint8)


def saturated(width, height):
    """Blocks of pure colours: every edge is a step of 255."""
    x, y = grid(width, height)
    cell = (x // 7) * 3 + (y // 11) * 5
    return rgb(255 * (cell & 1), 255 * (cell >> 1 & 1), 255 * (cell >> 2 & 1))


def scene(width, height):
    """Rings on a gradient, brighter in one corner: no symmetry hides a wrong turn."""
    x, y = grid(width, height)
    radius = numpy.hypot(x - width * 0.3, y - height * 0.6)
    rings = 90 * numpy.cos(radius / 9)
    return rgb(128 + rings, x * 255 / (width - 1), y * 200 / (height - 1) + 40 * (x < width / 4))


def rgb(*channels):
    return numpy.stack([numpy.clip(numpy.floor(c + 0.5), 0, 255) for c in channels], 2).astype(numpy.uint8)


def save_pictures():
    """Saves every picture and returns, by file name, the upright RGB pixels that decoding must give."""
    upright = {}

    def png(name, pixels):
        Image.fromarray(pixels).save(HERE / name, optimize=True)
        upright[name] = pixels

    def jpeg(name, pixels, **options):
        Image.fromarray(pixels).save(HERE / name, "JPEG", **options)
        upright[name] = numpy.asarray(Image.open(HERE / name).convert("RGB"))

    png("gradient.png", gradient(320, 240))
    png("stripes.png", stripes(301, 177))
    png("noise.png", noise(75, 100))
    png("saturated.png", saturated(240, 320))
    png("tiny.png", noise(20, 25, 2))
    png("exact.png", stripes(224, 224))
    png("flat.png", gradient(700, 9))

    jpeg("420.jpg", scene(301, 177), quality=90, subsampling=2)
    jpeg("444.jpg", scene(177, 301), quality=90, subsampling=0)
    jpeg("422.jpg", scene(133, 90), quality=75, subsampling=1)
    jpeg("progressive.jpg", scene(320, 240), quality=85, progressive=True)
    jpeg("grey.jpg", scene(150, 200)[:, :, 0], quality=90)
    jpeg("large.jpg", scene(1500, 1000), quality=80)
    jpeg("noise.jpg", noise(97, 61, 3), quality=95, subsampling=2)

    turned = scene(60, 40)
    for orientation in range(1, 9):
        name = f"orientation-{orientation}.jpg"
        exif = Image.Exif()
        exif[0x0112] = orientation
        Image.fromarray(turned).save(HERE / name, "JPEG", quality=92, subsampling=0, exif=exif)
        upright[name] = turn(numpy.asarray(Image.open(HERE / name).convert("RGB")), orientation)

    # Parts of the decode rule that Pillow leaves to its caller: by their formulas.
    rgba = numpy.dstack([noise(64, 64, 4), numpy.add.outer(numpy.arange(64), numpy.arange(64)) * 2]).astype("u4")
    Image.fromarray(rgba.astype(numpy.uint8)).save(HERE / "alpha.png")
    alpha = rgba[:, :, 3:]
    upright["alpha.png"] = ((rgba[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(numpy.uint8)

    grey16 = numpy.random.RandomState(5).randint(0, 65536, (48, 64)).astype(numpy.uint16)
    Image.fromarray(grey16).save(HERE / "grey-16.png")
    upright["grey-16.png"] = numpy.repeat((grey16 >> 8).astype(numpy.uint8)[:, :, None], 3, 2)

    palette = Image.fromarray(scene(120, 80)).quantize(16)
    palette.save(HERE / "palette.png")
    upright["palette.png"] = numpy.asarray(palette.convert("RGB"))
    return upright


def turn(pixels, orientation):
    """EXIF orientation 1 to 8: as stored, mirrored, 180, flipped, transposed, 90 right, transversed, 90 left."""
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return numpy.ascontiguousarray(pixels)


def contract(pixels, crop, size):
    height, width = pixels.shape[:2]
    if crop == "stretch":
        return resize(pixels, (size, size), (0, 0, width, height))
    if crop == "centre-square":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return resize(pixels, (size, size), (left, top, left + side, top + side))
    longer = max(width, height)
    w, h = (max(1, (2 * side * size + longer) // (2 * longer)) for side in (width, height))
    out = numpy.empty((size, size, 3), numpy.uint8)
    out[:] = PAD
    left, top = (size - w) // 2, (size - h) // 2
    out[top : top + h, left : left + w] = resize(pixels, (w, h), (0, 0, width, height))
    return out


def resize(pixels, size, box):
    """pillow-bilinear-v1: rows first, then columns, whatever the shape.

    Up to Pillow 12 this is resize(size, BILINEAR, box). Pillow 13 scales tall pictures by columns first, which
    rounds some values otherwise; one pass a call gives the old order in every version.
    """
    picture = Image.fromarray(pixels)
    left, top, right, bottom = box
    bilinear = Image.Resampling.BILINEAR
    rows = picture.resize((size[0], picture.height), bilinear, box=(left, 0, right, picture.height))
    return numpy.asarray(rows.resize(size, bilinear, box=(0, top, size[0], bottom)))


def main():
    cases = []
    for name, pixels in save_pictures().items():
        height, width = pixels.shape[:2]
        hashes = {}
        for crop in CROPS:
            for size in SIZES:
                out = contract(pixels, crop, size)
                hashes[f"{crop} {size}"] = hashlib.sha256(out.tobytes()).hexdigest()
                if (name, crop, size) in SHOWN:
                    Image.fromarray(out).save(HERE / f"expected-{Path(name).stem}-{crop}-{size}.png", optimize=True)
        upright = hashlib.sha256(pixels.tobytes()).hexdigest()
        cases.append({"file": name, "width": width, "height": height, "upright": upright, "expected": hashes})
    record = {"pillow": PIL.__version__, "numpy": numpy.__version__, "pad": PAD, "cases": cases}
    (HERE / "expected.json").write_text(json.dumps(record, indent=1) + "\n")


main()
