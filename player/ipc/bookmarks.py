"""The property and the commands for bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.ipc.errors import INVALID_PARAMETER, IpcError
from player.ipc.messages import check_path
from player.ipc.properties import Property

if TYPE_CHECKING:
    from player.ipc.host import Deferred, Host


def read(host: Host) -> list[dict[str, object]]:
    """In the order of time; `current` marks the one at the picture on screen."""
    return host.bookmarks()


def properties() -> dict[str, Property]:
    return {"overplay/bookmarks": Property(read)}


def add(host: Host, note: str) -> None:
    host.add_bookmark(note)


def remove(host: Host, which: str | int) -> None:
    """A 0-based place in the list, or `current`."""
    host.remove_bookmark(_place(host, which))


def go(host: Host, which: str | int) -> None:
    """A 0-based place in the list, `next` or `previous`."""
    host.go_to_bookmark({"next": 1, "previous": -1}[which] if isinstance(which, str) else 0, _place(host, which))


def export(host: Host, path: str) -> Deferred:
    """Answers once the file is written; there must be none of that name."""
    return host.export_bookmarks(check_path(path))


def take_in(host: Host, path: str) -> Deferred:
    return host.import_bookmarks(check_path(path))


def _place(host: Host, which: str | int) -> int | None:
    """None for a word."""
    if isinstance(which, str):
        return None
    if which >= len(host.bookmarks()):
        raise IpcError(INVALID_PARAMETER)
    return which
