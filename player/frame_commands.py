"""The player's commands that go from picture to picture and to pictures by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.playback import Playback
from player.records import State
from player.timebase import to_seconds

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture


class FrameCommands:
    """A part of `player.player.Player`. Every one of them pauses, but for `jump_back` and what only asks.

    Pictures are numbered from 0 in presentation order, over the whole file: start and length are for playing.
    """

    _playback: Playback | None
    _state: State
    _wakeup: Callable[[], None]

    def pause(self) -> None:
        raise NotImplementedError

    def step(self, count: int = 1) -> None:
        """Shows the picture `count` further on, back when negative; presses add up, also on top of a seek."""
        self.pause()
        playback = self._playback
        if playback is None:
            return
        if self._state is State.ENDED and (count < 0 or playback.goes_on):
            self._state = State.READY
        if self._state is State.READY:
            playback.step(count)
            self._wakeup()

    def run(self, direction: int) -> None:
        """Shows picture after picture, 1 forward, -1 in reverse, at most at the file's own rate; 0 stops."""
        playback = self._playback
        if playback is None:
            return
        if direction:
            self.pause()
            if self._state is State.ENDED and direction < 0:
                self._state = State.READY
        playback.run(max(-1, min(1, direction)))
        self._wakeup()

    def step_key(self, direction: int) -> None:
        """The next key picture, or with -1 the one before; at the ends it stays."""
        playback = self._pause_for_jump()
        if playback is not None:
            playback.step_key(direction)

    def go_to_frame(self, ordinal: int) -> None:
        """The picture of this number, or the last where there are not so many; as soon as it is known."""
        playback = self._pause_for_jump()
        if playback is not None:
            playback.go_to(lambda index: _by_number(index, max(0, ordinal)))

    def go_to_pts(self, pts: int) -> None:
        """The picture of this timestamp, or the one that is on screen at that time."""
        playback = self._pause_for_jump()
        if playback is not None:
            near = playback.stepper.heading
            playback.go_to(lambda index: _by_pts(index, pts, near))

    def jump_back(self) -> bool:
        """To where the last jump (seek, go to) began, and from there back again; False when there was none."""
        playback = self._playback
        if playback is None or self._state not in (State.READY, State.ENDED):
            return False
        jumped = playback.jump_back()
        if jumped:
            self._state = State.READY
            self._wakeup()
        return jumped

    def mark_place(self) -> None:
        """The next jump back leads to here."""
        if self._playback is not None:
            self._playback.mark_place()

    @property
    def index(self) -> FrameIndex | None:
        """What is known of the pictures of the track on screen; it is replaced as more is."""
        return None if self._playback is None else self._playback.inspections.index

    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        """Hands one picture to `done`, None when there is none: once, on a thread of the player's or on this one."""
        if self._playback is None:
            done(None)
        else:
            self._playback.inspections.fetch(ordinal, done)

    def _pause_for_jump(self) -> Playback | None:
        self.pause()
        if self._playback is None or self._state not in (State.READY, State.ENDED):
            return None
        self._state = State.READY
        self._wakeup()
        return self._playback


def _by_number(index: FrameIndex, ordinal: int) -> int | None:
    if ordinal < index.count:
        return ordinal
    return index.count - 1 if index.complete else None


def _by_pts(index: FrameIndex, pts: int, near: int | None) -> int | None:
    exact = index.ordinal_of(pts, near=near)
    if exact is not None or not index.complete:
        return exact
    time_s = to_seconds(pts, index.time_base)
    return None if time_s is None else index.ordinal_at(time_s)
