"""Loads shared libraries without stopping whoever plays: Python holds the interpreter while it loads one itself."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def open_libraries(package: str, *patterns: str) -> None:
    """What lies in the folder of `package` as `patterns`, before its first import.

    Does nothing afterwards, or where it cannot be done.
    """
    if package in sys.modules or sys.platform == "win32":
        return
    if (folder := folder_of(package)) is not None:
        for pattern in patterns:
            for path in folder.glob(pattern):
                open_shared(path)


def folder_of(package: str) -> Path | None:
    """Where it is installed; None where it is not."""
    spec = find_spec(package)
    places = None if spec is None else spec.submodule_search_locations
    return Path(places[0]) if places else None


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
