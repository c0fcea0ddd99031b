"""A picture saved because a client asked for it: answered once the file is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred, ShotKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from player.records import Picture
    from ui.stills import Stills


def save_shot(
    stills: Stills,
    picture: Picture | None,
    path: str | None,
    kind: ShotKind,
    *,
    side_file: bool,
    replace: bool,
    answer_first: Callable[[], AbstractContextManager[None]],
) -> Deferred:
    """`picture` is the one on screen. Raises IpcError when there is none, or too many are being saved."""
    from player.media.look import PLAIN

    plain_look = stills.look is None or stills.look()[0] == PLAIN
    still = stills.still(
        "displayed" if kind == "displayed" or (kind == "shown" and not plain_look) else "picture", picture
    )
    if picture is None or still is None or (kind == "window" and stills.grab is None):
        raise IpcError(FAILED)
    answer = Deferred()

    def done(result: str | Exception) -> None:
        with answer_first():
            answer.settle({"filename": result} if isinstance(result, str) else IpcError(FAILED))

    what = stills.grab() if kind == "window" and stills.grab is not None else still
    target = stills.suggest(still) if path is None else os.path.abspath(path)
    if not stills.save(what, target, side_file=side_file, replace=replace, find_name=path is None, done=done):
        raise IpcError(FAILED)
    return answer
