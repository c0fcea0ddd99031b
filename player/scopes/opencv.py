"""Loads OpenCV's library without stopping whoever plays.

Python holds the interpreter while it loads a library: 40 ms for this one, a picture or two. `open_libraries`
lets the other threads run; the import then finds the library loaded, and holds them up for 4 to 8 ms.
"""

from __future__ import annotations

from functools import lru_cache

from player.shared_library import open_libraries


def load_library() -> None:
    """Before the first `import cv2`; does nothing afterwards. Any thread."""
    open_libraries("cv2", "cv2*.so")


@lru_cache(maxsize=1)
def use_one_thread() -> None:
    """Load it, and let it count on the caller's thread: its own wait for work by spinning, at playback's expense.

    That holds for the whole process: who wants more threads of it (a network on the CPU) says so after this.
    """
    load_library()
    import cv2

    cv2.setNumThreads(1)
