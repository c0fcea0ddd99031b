"""Loads shared libraries without stopping whoever plays: Python holds the interpreter while it loads one itself."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def open_shared(path: Path, scope: int = 0) -> None:
    """By the system's `dlopen` as a foreign function, beside which other threads run; not on Windows.

    The import that needs it finds it loaded, and complains where that could not be done. `scope` is 0 or RTLD_GLOBAL.
    """
    _dlopen()(os.fsencode(path), os.RTLD_NOW | scope)


@cache
def _dlopen() -> Callable[[bytes, int], object]:
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    return load
