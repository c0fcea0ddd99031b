"""Pickles of plain values: read without running anything that they name.

A pickle is a program that may call whatever it can import. Here it can import nothing: the few names that numpy's
arrays are pickled with stand for records of this file, and every other name is refused.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CODES = frozenset({"u1", "i1", "i4", "i8", "f4", "f8"})
_ORDERS = {"|": "=", "=": "=", "<": "<", ">": ">"}


def load_plain(data: bytes) -> Any:
    """Numbers, texts, bytes, lists, tuples, dicts and arrays of numbers. Raises ValueError for anything else.

    Texts of Python 2 come as bytes.
    """
    try:
        return _finished(_Unpickler(io.BytesIO(data), encoding="bytes").load(), {})
    except _RefusedError as error:
        raise ValueError(str(error)) from error
    except MemoryError as error:
        raise ValueError("it asks for more memory than there is") from error
    except Exception as error:  # a damaged pickle fails in as many ways as there are instructions
        raise ValueError("it is no pickle of plain values, or it is damaged") from error


class _RefusedError(Exception):
    """The pickle wants more than plain values."""


class _Name:
    """What a pickle may call, and do nothing else to."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, _: object) -> None:
        raise _RefusedError("it changes what it only may call")


class _Kind:
    """A dtype: its code, and its byte order, which is all of its state that matters for numbers."""

    def __init__(self, code: object, *_: object) -> None:
        self._code = code.decode("ascii") if isinstance(code, bytes) else str(code)
        if self._code not in _CODES:
            raise _RefusedError(f"it has an array of {self._code}")
        self._order = "="

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = state[1].decode("ascii") if isinstance(state[1], bytes) else state[1]
        self._order = _ORDERS[order]

    def made(self) -> np.dtype[Any]:
        return np.dtype(self._order + self._code)


class _Array:
    """An array as it is pickled: version, shape, kind, whether its axes are Fortran's, bytes."""

    def __init__(self, *_: object) -> None:
        self._state: tuple[Any, ...] = ()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._state = state

    def made(self) -> NDArray[Any]:
        _, shape, kind, fortran, raw = self._state
        if not isinstance(kind, _Kind) or not isinstance(raw, (bytes, bytearray)):
            raise _RefusedError("it has an array of things that are no numbers")
        if math.prod(shape) * kind.made().itemsize != len(raw):
            raise _RefusedError("an array in it has other bytes than its shape says")
        return np.frombuffer(raw, kind.made()).reshape(shape, order="F" if fortran else "C")


def _from_buffer(raw: Any, kind: Any, shape: Any, order: Any) -> _Array:
    """numpy's way of protocol 5."""
    array = _Array()
    array.__setstate__((1, shape, kind, order == "F", raw))
    return array


def _encoded(text: Any, encoding: Any) -> bytes:
    """How Python 3 writes bytes in pickles for Python 2."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise _RefusedError("it calls codecs.encode")
    return text.encode("latin-1")


def _nothing(*_: object) -> Any:
    """numpy.ndarray: these pickles only pass it on."""
    raise _RefusedError("it calls numpy.ndarray")


_NAMES = {
    ("numpy", "ndarray"): _Name(_nothing),
    ("numpy", "dtype"): _Name(_Kind),
    ("_codecs", "encode"): _Name(_encoded),
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _Name(_Array) for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _Name(_from_buffer) for core in ("core", "_core")},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = _NAMES.get((module, name))
        if found is None:
            raise _RefusedError(f"it asks for {module}.{name}, and only plain values are read")
        return found

    def persistent_load(self, pid: object) -> Any:
        raise _RefusedError("it refers to something outside itself")


def _finished(value: Any, known: dict[int, Any]) -> Any:
    """`value` with its arrays made of what was read of them. `known` has what was finished before, by identity: one
    list may stand in many places, and a few nested ones of that kind in more than there is memory for."""
    if id(value) in known:
        return known[id(value)]
    if isinstance(value, _Array):
        made: Any = value.made()
    elif isinstance(value, dict):
        made = {_finished(key, known): _finished(each, known) for key, each in value.items()}
    elif isinstance(value, (list, tuple)):
        made = type(value)(_finished(each, known) for each in value)
    elif value is None or isinstance(value, (bool, int, float, str, bytes, bytearray)):
        return value
    else:
        raise _RefusedError("it has values that are not plain")
    known[id(value)] = made
    return made
