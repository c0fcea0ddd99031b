"""Brings the libraries of FFmpeg and Qt, and PyAV's and PySide6's own, into the process beside the start of Python.

Python imports one module at a time and waits while the system's linker reads a library and resolves its symbols: 40 ms
of the way to the first picture, which a thread takes off that way on a second processor. What is loaded here is found
ready by the modules that need it; what is not there is theirs to complain about. Linux only, where the libraries'
places are known.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from player.memory import share_one_arena
from player.shared_library import folder_of, open_shared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FFMPEG = ("libavcodec-*", "libavfilter-*", "libavdevice-*")
"""The others come with these."""
_QT = (
    "Qt/lib/libQt6Widgets.so.6",
    "Qt/lib/libQt6Svg.so.6",
    "Qt/lib/libQt6XcbQpa.so.6",
    "Qt/plugins/platforms/libqxcb.so",
    *(f"{module}.abi3.so" for module in ("QtCore", "QtGui", "QtWidgets", "QtSvg")),
)


def preload() -> None:
    """Returns at once; the thread ends by itself."""
    if sys.platform == "linux":
        share_one_arena()  # which must come before the first thread
        threading.Thread(target=_load, name="preload").start()


def _load() -> None:
    for path in _libraries():
        open_shared(path)


def _libraries() -> Iterator[Path]:
    """In the order in which they are needed."""
    if (av := folder_of("av")) is not None:
        for name in _FFMPEG:
            yield from (av.parent / "av.libs").glob(name)
        yield from av.rglob("*.so")
    if (qt := folder_of("PySide6")) is not None:
        yield from (qt / name for name in _QT)
