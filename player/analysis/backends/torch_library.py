"""Loads torch's library without stopping whoever plays."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

# Torch's own order: what the second needs must be there for everybody.
_LIBRARIES = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", 0)) if sys.platform == "linux" else ()


def load_torch() -> None:
    """Before the first `import torch`; does nothing afterwards, or where it cannot be done. Any thread.

    Python holds the interpreter while it loads a library: 300 ms for this one. Called as a foreign function the
    system's `dlopen` lets the other threads run. The import takes its second all the same, but in small steps.
    """
    if "torch" in sys.modules or not _LIBRARIES:
        return
    found = find_spec("torch")
    if found is None or found.origin is None:
        return  # the import will say so
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for name, scope in _LIBRARIES:
        load(os.fsencode(Path(found.origin).parent / "lib" / name), os.RTLD_NOW | scope)
