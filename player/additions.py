"""Subtitle files that are added to an open file: read on a thread of their own, then tracks like the file's."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from player.errors import OpenError, PlayerError
from player.events import Event, SubtitlesRead, SubtitlesRefused
from player.media.subtitle_file import read_subtitles
from player.quick_dataclass import dataclass
from player.records import Cue, MediaInfo, Track
from player.subtitles.external import ExternalCues
from player.worker import Worker


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to become of an added track."""

    select: bool = True
    title: str = ""
    language: str | None = None


class SubtitleReading:
    """Reads one file and tells. The owner asks it to end, and joins it."""

    def __init__(self, path: str, ticket: int, choice: Choice, emit: Callable[[Event], None]) -> None:
        self._path = path
        self._ticket = ticket
        self._choice = choice
        self._emit = emit
        self._wanted = True  # written by the owner, read by the worker
        self._worker = Worker("subtitle-file", self._run, self._fail)

    def start(self) -> None:
        self._worker.start()

    @property
    def alive(self) -> bool:
        return self._worker.alive

    def ask_to_end(self) -> None:
        self._wanted = False

    def join(self) -> None:
        """Raises ThreadStuckError."""
        self._worker.join()

    def _run(self) -> None:
        try:
            read = read_subtitles(self._path, lambda: self._wanted)
        except OpenError as error:
            self._fail(error)
            return
        track = Track(
            "subtitle", -1, 0, read.codec, language=self._choice.language, details=read.format,
            title=self._choice.title or os.path.basename(self._path), file=self._path,
        )  # fmt: skip
        self._emit(SubtitlesRead(self._ticket, track, read.cues, self._choice.select))

    def _fail(self, error: BaseException) -> None:
        told = error if isinstance(error, PlayerError) else PlayerError(f"Reading {self._path} failed: {error!r}")
        self._emit(SubtitlesRefused(self._ticket, told))


class SubtitleReadings:
    """Those under way. Used by the player's owner."""

    def __init__(self) -> None:
        self._tickets = count(1)
        self._under_way: list[SubtitleReading] = []

    def begin(self, path: str, choice: Choice, emit: Callable[[Event], None]) -> int:
        """The ticket that its event will carry."""
        ticket = next(self._tickets)
        reading = SubtitleReading(path, ticket, choice, emit)
        self._under_way = [each for each in self._under_way if each.alive]
        self._under_way.append(reading)
        reading.start()
        return ticket

    def ask_to_end(self) -> None:
        for reading in self._under_way:
            reading.ask_to_end()

    def join(self) -> None:
        """Raises ThreadStuckError."""
        for reading in self._under_way:
            reading.join()


class Additions:
    """The added tracks of one open file, and the one that plays. Owner's thread."""

    def __init__(self) -> None:
        self._cues: dict[int, ExternalCues] = {}
        self.playing: int | None = None
        """Its number among the file's subtitle tracks; None: none of the added ones."""

    def __contains__(self, number: int | None) -> bool:
        return number in self._cues

    def add(self, info: MediaInfo, track: Track, cues: tuple[Cue, ...]) -> tuple[MediaInfo, int]:
        """What the file consists of from now on, and the track's number. The same file again takes its own place."""
        before = next((t for t in info.of_kind("subtitle") if t.file == track.file), None)
        number = len(info.of_kind("subtitle")) + 1 if before is None else before.number
        added = replace(track, number=number)
        self._cues[number] = ExternalCues(cues)
        if before is None:
            return replace(info, tracks=(*info.tracks, added)), number
        return replace(info, tracks=tuple(added if t is before else t for t in info.tracks)), number

    def due(self, position_s: float) -> tuple[Cue, ...]:
        """Of the one that plays; it counts from the container's start."""
        return () if self.playing is None else self._cues[self.playing].due(position_s)
