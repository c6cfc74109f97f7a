"""Reads a state dictionary saved by PyTorch, without PyTorch and without running any code from the file.

The files are in PyTorch's legacy format: five pickles one after the other (magic number, protocol, system,
the dictionary, the keys of the storages), then per storage its number of values (int64) and the values.
A pickle may name functions to call. Ours may name the four in `ALLOWED`; anything else is refused.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from math import prod

import numpy

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


@dataclass(frozen=True)
class Storage:
    """A flat run of values that lies behind the pickles."""

    key: str
    dtype: str
    count: int


@dataclass(frozen=True)
class View:
    """A tensor: a strided window (in values, not bytes) over a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_state(data: bytes) -> dict[str, numpy.ndarray]:
    """Name -> tensor, row-major, in the order of the file. Raises `ValueError` or `pickle.UnpicklingError`."""
    file = io.BytesIO(data)
    if _load(file) != MAGIC or _load(file) != PROTOCOL:
        raise ValueError("not a file in PyTorch's legacy format")
    if _load(file).get("little_endian") is not True:
        raise ValueError("not little-endian")
    views = _load(file)
    values = _read_storages(file, _load(file), views)
    return {name: _materialise(view, values[view.storage.key]) for name, view in views.items()}


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"refused: {module}.{name}") from None

    def persistent_load(self, pid: object) -> Storage:
        kind, dtype, key, _device, count, window = pid
        if kind != "storage" or dtype not in ("<f4", "<i8") or window is not None:
            raise pickle.UnpicklingError(f"refused: {pid!r}")
        return Storage(str(key), dtype, int(count))


def _view(storage: Storage, offset: int, shape: tuple, strides: tuple, _gradient: bool, _hooks: object) -> View:
    return View(storage, offset, tuple(shape), tuple(strides))


ALLOWED = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


def _load(file: io.BytesIO) -> object:
    return _RestrictedUnpickler(file).load()


def _read_storages(file: io.BytesIO, keys: list[str], views: dict[str, View]) -> dict[str, numpy.ndarray]:
    storages = {view.storage.key: view.storage for view in views.values()}
    if sorted(keys) != sorted(storages):
        raise ValueError("the list of storages does not agree with the tensors")
    values = {}
    for key in keys:
        storage = storages[key]
        count = int.from_bytes(file.read(8), "little")
        data = file.read(count * numpy.dtype(storage.dtype).itemsize)
        values[key] = numpy.frombuffer(data, storage.dtype)
        if not count == storage.count == values[key].size:
            raise ValueError(f"storage {key}: {values[key].size} of {storage.count} values")
    if file.read(1):
        raise ValueError("bytes after the last storage")
    return values


def _materialise(view: View, values: numpy.ndarray) -> numpy.ndarray:
    last = view.offset + sum((side - 1) * stride for side, stride in zip(view.shape, view.strides))
    whole = [view.offset, *view.shape, *view.strides]
    if len(view.shape) != len(view.strides) or prod(view.shape) == 0 or min(whole) < 0 or last >= values.size:
        raise ValueError(f"a tensor reaches beyond storage {view.storage.key}")
    strides = [stride * values.itemsize for stride in view.strides]
    window = numpy.lib.stride_tricks.as_strided(values[view.offset :], view.shape, strides, writeable=False)
    return numpy.ascontiguousarray(window).reshape(view.shape)
