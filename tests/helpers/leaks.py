"""What a test must not leave behind: threads, open files, running timers."""

from __future__ import annotations

import gc
import os
import sys
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
    """What was there at one moment: threads by identity, descriptors by number and target, timers by owner."""

    threads: frozenset[threading.Thread]
    files: frozenset[tuple[int, str]]
    timers: frozenset[str]


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


def _running_timers() -> frozenset[str]:
    """Every QTimer that runs under the application or a top-level widget; none where Qt was never loaded."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or (application := widgets.QApplication.instance()) is None:
        return frozenset()
    core = sys.modules["PySide6.QtCore"]
    application.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)  # what was asked to go, goes
    owners = [application, *application.topLevelWidgets()] if isinstance(application, widgets.QApplication) else []
    timers = [timer for owner in owners for timer in owner.findChildren(core.QTimer) if timer.isActive()]
    return frozenset(
        f"{timer.objectName() or 'QTimer'} of {type(timer.parent()).__name__} at {id(timer.parent()):#x}"
        for timer in timers
    )


def take_handles() -> Handles:
    """What is open now."""
    return Handles(threads=frozenset(threading.enumerate()), files=_open_files(), timers=_running_timers())


def find_leaks(before: Handles) -> list[str]:
    """One sentence for each thread, descriptor and timer that is there now and was not in `before`.

    Threads are given `GRACE_S` to end. Descriptors are compared with no tolerance in number: one that stays is a
    leak. Only when something looks left over is garbage collected, because a container or a widget in a reference
    cycle goes then; that costs tens of milliseconds and is not worth paying after every test.
    """
    leaks = []
    for thread in threading.enumerate():
        if thread in before.threads or thread is threading.current_thread():
            continue
        thread.join(GRACE_S)
        if thread.is_alive():
            leaks.append(f"thread {thread.name!r} is still running")
    if _open_files() - before.files or _running_timers() - before.timers:
        gc.collect()
    for number, target in sorted(_open_files() - before.files):
        leaks.append(f"descriptor {number} is still open: {target}")
    leaks += [f"timer {name} is still running" for name in sorted(_running_timers() - before.timers)]
    return leaks
