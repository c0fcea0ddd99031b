"""A thread that looks up what only the file can tell of the picture on screen. Nothing runs before it is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, cast

from player.errors import OpenError
from player.media.frame_facts import Details, read_details, stream_timecode
from player.media.packet_table import PacketTable
from player.media.source import open_source
from player.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.video.stream import VideoStream

    from player.options import Input
    from player.records import Picture, Track

REMEMBERED = 256


class FrameDetails:
    """Of one track of one file, with its own source. The owner's thread calls; nothing but `join` waits.

    `wakeup` is called on the thread when there is something new to `get`.
    """

    def __init__(self, path: str, track: Track, file_input: Input, wakeup: Callable[[], None]) -> None:
        self._path = path
        self._track = track
        self._input = file_input
        self._wakeup = wakeup
        self._cond = threading.Condition()
        self._wanted: Picture | None = None  # guarded by _cond
        self._closed = False  # guarded by _cond
        self._found: OrderedDict[tuple[int | None, float | None], Details] = OrderedDict()  # guarded by _cond
        self._worker = Worker("details", self._run, lambda _error: None)
        self._started = False

    def want(self, picture: Picture) -> None:
        """The latest wins. What is known already is not looked up again."""
        with self._cond:
            if self._closed or _key(picture) in self._found:
                return
            self._wanted = picture
            self._cond.notify()
        if not self._started:
            self._started = True
            self._worker.start()

    def get(self, picture: Picture) -> Details | None:
        """None while it is not known."""
        with self._cond:
            return self._found.get(_key(picture))

    def ask_to_close(self) -> None:
        with self._cond:
            self._closed = True
            self._wanted = None
            self._cond.notify()

    def join(self) -> None:
        """Raises ThreadStuckError at the deadline."""
        self._worker.join()

    def _run(self) -> None:
        try:
            source = open_source(self._path, input=self._input)
        except OpenError:
            return  # it was played a moment ago and is gone now: nothing is known of its pictures
        try:
            stream = cast("VideoStream", source.container.streams[self._track.index])
            table, clock = PacketTable(source, stream), stream_timecode(source, stream)
            while (picture := self._next()) is not None:
                packet = None
                if picture.pts is not None and not picture.attached:
                    packet = table.find(picture.pts, lambda picture=picture: self._is_wanted(picture))  # type: ignore[misc]
                if self._is_wanted(picture):
                    self._keep(picture, read_details(picture, packet, clock))
                    self._wakeup()
        finally:
            source.close()

    def _next(self) -> Picture | None:
        with self._cond:
            self._cond.wait_for(lambda: self._closed or self._wanted is not None)
            return self._wanted

    def _is_wanted(self, picture: Picture) -> bool:
        with self._cond:
            return self._wanted is picture

    def _keep(self, picture: Picture, details: Details) -> None:
        with self._cond:
            self._found[_key(picture)] = details
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
            if self._wanted is picture:
                self._wanted = None


def _key(picture: Picture) -> tuple[int | None, float | None]:
    return picture.pts, picture.time_s
