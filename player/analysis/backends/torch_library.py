"""Loads torch's library without stopping whoever plays."""

from __future__ import annotations

import os
import sys

from player.shared_library import folder_of, open_shared

# Torch's own order: what the second needs must be there for everybody.
_LIBRARIES = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", 0)) if sys.platform == "linux" else ()


def load_torch() -> None:
    """Before the first `import torch`; does nothing afterwards, or where it cannot be done. Any thread.

    Python holds the interpreter while it loads a library: 300 ms for this one, in which `open_shared` lets the other
    threads run. The import takes its second all the same, but in small steps.
    """
    if "torch" in sys.modules or not _LIBRARIES:
        return
    if (folder := folder_of("torch")) is not None:
        for name, scope in _LIBRARIES:
            open_shared(folder / "lib" / name, scope)
