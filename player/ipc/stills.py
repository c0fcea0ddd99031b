"""Saving pictures over the IPC: mpv's `screenshot` commands, and one of ours that says all there is to say."""

from __future__ import annotations

from player.ipc.errors import INVALID_PARAMETER, IpcError
from player.ipc.host import Deferred, Host, ShotKind
from player.ipc.messages import check_path
from player.ipc.properties import Property
from player.ipc.values import Text

SHOT_FLAGS = ("subtitles", "video", "window", "each-frame")
SHOT_KINDS = ("picture", "displayed", "window")


def screenshot(host: Host, flags: frozenset[str]) -> Deferred:
    """Under a free name in `screenshot-directory`. Answers with `{"filename": ...}`."""
    return host.save_picture(None, _kind(flags), side_file=False, replace=False)


def screenshot_to_file(host: Host, path: str, flags: frozenset[str], replace: str) -> Deferred:
    return host.save_picture(check_path(path), _kind(flags), side_file=False, replace=replace == "yes")


def save_picture(host: Host, path: str, kind: ShotKind, side_file: str, replace: str, ordinal: int) -> Deferred:
    """`overplay/save-picture`; without a path as `screenshot`, with an ordinal from 0 of any picture of the track."""
    target = check_path(path) if path else None
    if ordinal < 0:
        return host.save_picture(target, kind, side_file=side_file == "yes", replace=replace == "yes")
    if kind == "window":
        raise IpcError(INVALID_PARAMETER)
    return host.save_picture(target, kind, side_file=side_file == "yes", replace=replace == "yes", ordinal=ordinal)


def directory() -> Property:
    return Property(lambda host: host.still_folder, Text(), lambda host, path: host.set_still_folder(path))


def _kind(flags: frozenset[str]) -> ShotKind:
    """mpv draws subtitles and the look into the picture unless `video` is asked for."""
    what = flags or frozenset({"subtitles"})
    if len(what) != 1 or "each-frame" in what:
        raise IpcError(INVALID_PARAMETER)
    return "window" if "window" in what else "picture" if "video" in what else "shown"
