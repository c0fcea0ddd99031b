"""The command that adds a subtitle file: mpv's `sub-add`."""

from __future__ import annotations

from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred, Host
from player.ipc.messages import check_path
from player.ipc.table import opened

ADD_FLAGS = ("select", "auto", "cached")
"""A file that was added before takes its own place, so that `cached` is `select`."""


def add(host: Host, path: str, flag: str, title: str, language: str) -> Deferred:
    """Answers when the file was read."""
    try:
        opened(host)
    except IpcError:
        raise IpcError(FAILED) from None
    return host.add_subtitles(check_path(path), select=flag != "auto", title=title, language=language or None)
