"""From a picture file to the pixels the model sees, as preprocessing.json says.

The rule, in order: decode (orientation applied, 8-bit sRGB, first frame), lay alpha on white, then crop and resize
with Pillow's BILINEAR, across first and down second, which averages over all the pixels that a target pixel covers.
OpenCV, torchvision on tensors or tf.image without antialias give other pixels and other probabilities.

Needs: pip install numpy pillow
"""

import io

import numpy as np
from PIL import Image, ImageCms, ImageFile

# A file cut short is decoded as far as it goes; whether it is good enough to use is not decided here.
ImageFile.LOAD_TRUNCATED_IMAGES = True
# The app's own limit, held by decode_picture; Pillow's would only warn.
MAX_PIXELS = 16383 * 16383
Image.MAX_IMAGE_PIXELS = None

SRGB = ImageCms.createProfile("sRGB")
PLAIN_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")

ORIENTATION_TAG = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def pixels_of_file(path, preprocessing):
    """uint8 RGB [size, size, 3]"""
    rgb, _ = decode_picture(path)
    return place_picture(rgb, preprocessing)


def check_preprocessing(preprocessing):
    """Raises a ValueError of one sentence if the record asks for something that this file does not know."""
    known = {
        "format": "headstart-preprocessing",
        "version": 1,
        "resample": "pillow-bilinear-v1",
        "channels": "RGB",
        "layout": "NHWC",
    }
    if not isinstance(preprocessing, dict):
        raise ValueError("The preprocessing record is not a JSON object.")
    for key, value in known.items():
        if preprocessing.get(key) != value:
            raise ValueError(f"The preprocessing record says {key} {preprocessing.get(key)!r}; known is {value!r}.")
    if preprocessing.get("crop") not in ("centre-square", "fit-and-pad", "stretch"):
        raise ValueError(f"The preprocessing record names an unknown crop: {preprocessing.get('crop')!r}.")
    if not isinstance(preprocessing.get("size"), int) or preprocessing["size"] < 1:
        raise ValueError("The preprocessing record holds no usable size.")
    if not isinstance(preprocessing.get("pad"), list) or len(preprocessing["pad"]) != 3:
        raise ValueError("The preprocessing record holds no usable pad colour.")
    labels = preprocessing.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError("The preprocessing record holds no list of labels.")


def decode_picture(path):
    """The whole picture, upright, sRGB, on white, and whether its colours had to be converted.

    Converted are pictures with an embedded profile, CMYK, 16 bit and AVIF: the app decodes those with libvips,
    whose rounding differs from Pillow's, so that their pixels may differ. All others are equal to the byte.
    """
    with Image.open(path) as file:
        if file.width * file.height > MAX_PIXELS:
            raise ValueError(f"The picture has {file.width} x {file.height} pixels, more than {MAX_PIXELS}.")
        profile = file.info.get("icc_profile")
        sixteen_bit = is_sixteen_bit(file)
        converted = bool(profile) or sixteen_bit or file.format == "AVIF" or file.mode not in PLAIN_MODES
        file.load()
        colour, alpha = colour_and_alpha(upright(file), sixteen_bit)
    return on_white(to_srgb(colour, profile), alpha), converted


def is_sixteen_bit(file):
    # Pillow opens 16-bit colour as 8-bit RGB (the upper bytes); only the raw mode of its tiles tells.
    raw_modes = [str(tile[3]) for tile in getattr(file, "tile", [])]
    return file.mode.startswith("I") or any(";16" in mode for mode in raw_modes)


def upright(file):
    """Turned as EXIF says. ImageOps.exif_transpose would also obey XMP and text chunks, which the app does not."""
    exif = Image.Exif()
    try:
        exif.load(file.info.get("exif", b""))
    except (SyntaxError, ValueError, OSError):
        pass  # broken EXIF says nothing
    turn = TURNS.get(exif.get(ORIENTATION_TAG))
    return file.copy() if turn is None else file.transpose(turn)


def colour_and_alpha(picture, sixteen_bit):
    """The colours (mode L, RGB, CMYK, ...) and the alpha bytes, None where the picture has no alpha."""
    if picture.mode.startswith("I"):
        return upper_bytes(picture)
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
    elif "transparency" in picture.info and picture.mode in ("1", "L", "RGB"):
        picture = transparent_colour_to_alpha(picture, sixteen_bit)
    elif picture.mode == "1":
        picture = picture.convert("L")
    if picture.mode in ("RGBA", "LA"):
        bands = picture.split()
        return Image.merge("RGB" if len(bands) == 4 else "L", bands[:-1]), np.asarray(bands[-1])
    return picture, None


def upper_bytes(picture):
    """16-bit grey to 8 bit; a PNG's transparent grey becomes alpha."""
    values = np.asarray(picture).astype(np.int64)
    key = picture.info.get("transparency")
    alpha = None if key is None else np.where(values == key, 0, 255).astype(np.uint8)
    return Image.fromarray((values >> 8).clip(0, 255).astype(np.uint8)), alpha


def transparent_colour_to_alpha(picture, sixteen_bit):
    key = picture.info["transparency"]
    if sixteen_bit and isinstance(key, tuple):
        picture.info["transparency"] = tuple(value >> 8 for value in key)
    return picture.convert("RGBA")


def to_srgb(colour, profile):
    """Mode RGB by the embedded profile, perceptual; without one (or with a broken one) by Pillow's own conversion."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            perceptual = ImageCms.Intent.PERCEPTUAL
            return ImageCms.profileToProfile(colour, source, SRGB, renderingIntent=perceptual, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # an unusable profile is passed over, as libvips does
    return colour.convert("RGB")


def on_white(rgb, alpha):
    """floor((c * a + 255 * (255 - a) + 127) / 255), in whole numbers"""
    if alpha is None:
        return rgb
    a = alpha.astype(np.int64)[:, :, None]
    c = np.asarray(rgb).astype(np.int64)
    return Image.fromarray(((c * a + 255 * (255 - a) + 127) // 255).astype(np.uint8))


def place_picture(rgb, preprocessing):
    """A decoded picture to uint8 [size, size, 3] by the crop rule of the contract."""
    size, crop = preprocessing["size"], preprocessing["crop"]
    if crop == "stretch":
        return np.asarray(resize(rgb, (size, size), (0, 0, rgb.width, rgb.height)))
    if crop == "centre-square":
        side = min(rgb.size)
        left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
        # The box, not a crop before: the filter reads pixels outside the box at its edge.
        return np.asarray(resize(rgb, (size, size), (left, top, left + side, top + side)))
    return np.asarray(fit_and_pad(rgb, size, tuple(int(value) for value in preprocessing["pad"])))


def fit_and_pad(rgb, size, pad):
    longer = max(rgb.size)
    width, height = (max(1, (2 * side * size + longer) // (2 * longer)) for side in rgb.size)
    square = Image.new("RGB", (size, size), pad)
    small = resize(rgb, (width, height), (0, 0, rgb.width, rgb.height))
    square.paste(small, ((size - width) // 2, (size - height) // 2))
    return square


def resize(rgb, size, box):
    """Across, then down. In two calls, because Pillow 12.2 and later take some pictures down first, which rounds
    differently: one call would give other pixels in other versions."""
    left, top, right, bottom = box
    width, height = size
    narrow = rgb.resize((width, rgb.height), Image.Resampling.BILINEAR, box=(left, 0, right, rgb.height))
    return narrow.resize(size, Image.Resampling.BILINEAR, box=(0, top, width, bottom))
