"""What scripts add in subtitle files: the answer comes when the file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.events import Opened, OpenFailed, SubtitlesRead, SubtitlesRefused
from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from player.additions import Choice
    from player.events import Event
    from player.player import Player


class SubtitleRequests:
    def __init__(self, player: Player, answer_first: Callable[[], AbstractContextManager[None]]) -> None:
        self._player = player
        self._answer_first = answer_first
        self._awaited: dict[int, Deferred] = {}  # files that are being read, by ticket

    def add(self, path: str, choice: Choice) -> Deferred:
        answer = Deferred()
        self._awaited[self._player.add_subtitles(path, choice)] = answer
        return answer

    def on_event(self, event: Event) -> None:
        """What was asked for is done, or cannot be; with the file that was open, what it waits for is gone."""
        match event:
            case SubtitlesRead(ticket=ticket):
                self._settle(ticket, None)
            case SubtitlesRefused(ticket=ticket):
                self._settle(ticket, IpcError(FAILED))
            case Opened() | OpenFailed():
                self.give_up()
            case _:
                pass

    def give_up(self) -> None:
        """No file is open any more."""
        for ticket in tuple(self._awaited):
            self._settle(ticket, IpcError(FAILED))

    def _settle(self, ticket: int, answer: object) -> None:
        awaited = self._awaited.pop(ticket, None)
        if awaited is not None:
            with self._answer_first():
                awaited.settle(answer)
