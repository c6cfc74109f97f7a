"""Writes tensors in the safetensors format and measures what rounding to float16 does to them.

Kernels are stored as float16. Vectors (biases and the four of batch norm) are small and stay float32: some
means and betas are so near zero that float16 would change them by more than a thousandth, or to zero.
"""

from __future__ import annotations

import json

import numpy

FLOAT16_SMALLEST_NORMAL = 2.0**-14
TYPES = {"F16": "<f2", "F32": "<f4"}


def stored_type(tensor: numpy.ndarray) -> str:
    return "F32" if tensor.ndim == 1 else "F16"


def encode(tensors: dict[str, numpy.ndarray], metadata: dict[str, str]) -> bytes:
    """Length of the header (8 bytes), header as JSON padded with spaces to 8 bytes, tensors sorted by name."""
    header: dict[str, dict] = {"__metadata__": metadata}
    chunks = []
    offset = 0
    for name in sorted(tensors):
        kind = stored_type(tensors[name])
        data = _round(tensors[name], kind).tobytes()
        if offset % numpy.dtype(TYPES[kind]).itemsize:
            raise ValueError(f"{name}: not aligned")
        header[name] = {
            "dtype": kind,
            "shape": list(tensors[name].shape),
            "data_offsets": [offset, offset + len(data)],
        }
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(chunks)


def describe_rounding(tensors: dict[str, numpy.ndarray]) -> dict:
    """How kernels are stored and what that cost; how vectors are stored and what float16 would have cost."""
    kernels = [tensor for tensor in tensors.values() if stored_type(tensor) == "F16"]
    vectors = [tensor for tensor in tensors.values() if stored_type(tensor) == "F32"]
    return {
        "kernels": {"stored": "F16", **measure_float16(kernels)},
        "vectors": {"stored": "F32", "wouldBeAsF16": measure_float16(vectors)},
    }


def measure_float16(tensors: list[numpy.ndarray]) -> dict:
    """
    Errors of rounding to float16. *Relative*: over all values that are not zero; it is 1 where a value became
    zero. *Normal*: over those of at least 2^-14, where float16 has its full 11 bits. *Of largest*: the error
    divided by the largest magnitude in the same tensor.
    """
    exact = numpy.concatenate([tensor.ravel() for tensor in tensors]).astype(numpy.float64)
    rounded = numpy.concatenate([_round(tensor, "F16").ravel() for tensor in tensors]).astype(numpy.float64)
    largest = numpy.concatenate([numpy.full(tensor.size, numpy.abs(tensor).max()) for tensor in tensors])
    error, size = numpy.abs(rounded - exact), numpy.abs(exact)
    some, normal = size > 0, size >= FLOAT16_SMALLEST_NORMAL
    return {
        "values": int(exact.size),
        "overflowed": int(numpy.isinf(rounded).sum()),
        "becameZero": int((some & (rounded == 0)).sum()),
        "relativeErrorAbove1e-3": int((error[some] > 1e-3 * size[some]).sum()),
        "largestRelativeError": _short((error[some] / size[some]).max()),
        "largestRelativeErrorNormal": _short((error[normal] / size[normal]).max()),
        "largestErrorOfLargest": _short((error / largest).max()),
    }


def _round(tensor: numpy.ndarray, kind: str) -> numpy.ndarray:
    """To nearest, ties to even; beyond float16's range to infinity (counted, see above)."""
    with numpy.errstate(over="ignore", under="ignore"):
        return numpy.ascontiguousarray(tensor, dtype=TYPES[kind])


def _short(value: float) -> float:
    return float(f"{value:.3g}")
