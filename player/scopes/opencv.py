"""Loads OpenCV's library without stopping whoever plays.

Python holds the interpreter while it loads a library: 40 ms for this one, a picture or two. `open_shared`
lets the other threads run; the import then finds the library loaded, and holds them up for 4 to 8 ms.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from player.shared_library import open_shared


def load_library() -> None:
    """Before the first `import cv2`; does nothing afterwards, or where it cannot be done. Any thread."""
    if "cv2" in sys.modules or sys.platform == "win32":
        return
    found = find_spec("cv2")
    if found is None or found.origin is None:
        return  # the import will say so
    for library in Path(found.origin).parent.glob("cv2*.so"):
        open_shared(library)


@lru_cache(maxsize=1)
def use_one_thread() -> None:
    """Load it, and let it count on the caller's thread: its own wait for work by spinning, at playback's expense.

    That holds for the whole process: who wants more threads of it (a network on the CPU) says so after this.
    """
    load_library()
    import cv2

    cv2.setNumThreads(1)
