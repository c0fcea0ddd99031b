"""SDL 2 by way of pysdl2: its audio part alone, found without a search all over the system."""

from __future__ import annotations

import ctypes.util
import functools
import importlib
import importlib.util
import sys
import warnings
from types import SimpleNamespace
from typing import Any

_PARTS = ("_sdl_init", "audio", "error", "hints", "stdinc")
"""The modules of pysdl2 that playing sound needs."""


@functools.cache
def load_sdl() -> Any:
    """The names of SDL's audio functions, as attributes. Raises ImportError where SDL is missing.

    `import sdl2` itself would load video, joysticks and all else too (4 MB and 40 ms), which is why the package is put
    in place without being run. Its loader looks all over the system for libraries (ldconfig, a compiler: 90 ms) even
    where pysdl2-dll brings the one it takes in the end: this search is left out there.
    """
    if "sdl2" not in sys.modules:
        spec = importlib.util.find_spec("sdl2")
        if spec is None:
            raise ImportError("pysdl2 is not installed", name="sdl2")
        sys.modules["sdl2"] = importlib.util.module_from_spec(spec)
    names = vars(ctypes.util)
    search = names["find_library"]
    if importlib.util.find_spec("sdl2dll") is not None:
        names["find_library"] = _find_nothing
    try:
        with warnings.catch_warnings():
            # pysdl2 announces the DLL package it found as a UserWarning on every import.
            warnings.simplefilter("ignore", UserWarning)
            parts = [importlib.import_module(f"sdl2.{part}") for part in _PARTS]
            bind = importlib.import_module("sdl2.dll")._bind
    finally:
        names["find_library"] = search
    bind("SDL_SetMainReady")()  # what the package itself does; Windows needs it
    return SimpleNamespace(**{name: value for part in parts for name, value in vars(part).items()})


def _find_nothing(_name: str) -> None:
    return None
