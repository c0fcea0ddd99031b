"""What a test must not leave behind: threads and open files."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass
from pathlib import Path

_FD_FOLDER = Path("/proc/self/fd")

_NOT_OURS = (
    "anon_inode:",
    "/dev/dri",
    "/dev/nvidia",
    "/dev/shm",
    "/memfd:",
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
)
"""What a library opens once on first use and keeps by design (Qt's event descriptors, drivers, memory shared with
the X server). Ours are regular files, pipes and sockets."""

GRACE_S = 2.0
"""How long a thread that was told to stop may take to go: the deadline that every join of the product has."""


@dataclass(frozen=True)
class Handles:
    """What was open at one moment: threads by identity, descriptors by number and target."""

    threads: frozenset[threading.Thread]
    files: frozenset[tuple[int, str]]


def _open_files() -> frozenset[tuple[int, str]]:
    """Every descriptor of this process that may be ours; empty where the system does not tell."""
    if not _FD_FOLDER.is_dir():
        return frozenset()
    found = set()
    for entry in os.listdir(_FD_FOLDER):
        try:
            target = os.readlink(_FD_FOLDER / entry)
        except OSError:
            continue  # the descriptor of the listing itself
        if not target.startswith(_NOT_OURS):
            found.add((int(entry), target))
    return frozenset(found)


def take_handles() -> Handles:
    """What is open now."""
    return Handles(threads=frozenset(threading.enumerate()), files=_open_files())


def find_leaks(before: Handles) -> list[str]:
    """One sentence for each thread and descriptor that is there now and was not in `before`.

    Threads are given `GRACE_S` to end. Descriptors are compared with no tolerance in number: one that stays is a
    leak. Only when one looks left over is garbage collected, because a container in a reference cycle closes
    its file then; that costs tens of milliseconds and is not worth paying after every test.
    """
    leaks = []
    for thread in threading.enumerate():
        if thread in before.threads or thread is threading.current_thread():
            continue
        thread.join(GRACE_S)
        if thread.is_alive():
            leaks.append(f"thread {thread.name!r} is still running")
    if _open_files() - before.files:
        gc.collect()
    for number, target in sorted(_open_files() - before.files):
        leaks.append(f"descriptor {number} is still open: {target}")
    return leaks
