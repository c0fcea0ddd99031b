"""Which tracks of an open file play, and which subtitles are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.additions import Additions
from player.subtitles.cues import CueList

if TYPE_CHECKING:
    from player.pipeline import Pipeline
    from player.records import Cue, Kind, Track


class Tracks:
    """The file's own tracks, and the subtitle files that were added to it. Used by the owner's thread alone."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._cues = CueList()
        self._additions = Additions()
        self.subtitle_delay_s = 0.0
        """Positive shows subtitles later."""

    def playing(self, kind: Kind) -> int | None:
        """The number among the tracks of its kind, from 1; None where the kind is off."""
        if kind == "subtitle" and self._additions.playing is not None:
            return self._additions.playing
        track: Track | None = self._pipeline.slots[kind].track
        return None if track is None else track.number

    def select(self, kind: Kind, number: int | None) -> None:
        if kind == "subtitle":
            self._additions.playing = number if number in self._additions else None
            number = None if number in self._additions else number
        self._pipeline.demuxer.select(kind, number)

    def cycle(self, kind: Kind) -> None:
        """The next usable track; for subtitles there is an off position after the last."""
        usable = [track.number for track in self._pipeline.source.info.of_kind(kind) if track.usable]
        playing = self.playing(kind)
        choices: list[int | None] = [*usable, None] if kind == "subtitle" else list(usable)
        if not usable or (len(choices) == 1 and playing is not None):
            return
        at = choices.index(playing) if playing in choices else -1
        self.select(kind, choices[(at + 1) % len(choices)])

    def add_subtitles(self, track: Track, cues: tuple[Cue, ...], *, select: bool) -> None:
        """Makes a track of a file's cues."""
        source = self._pipeline.source
        source.info, number = self._additions.add(source.info, track, cues)
        if select:
            self.select("subtitle", number)
        self._pipeline.on_tracks_changed()

    def drop_cues(self) -> None:
        """Before a seek: what was decoded is of elsewhere."""
        self._cues.clear()

    def cues_at(self, time_s: float) -> tuple[Cue, ...]:
        """Those that are due at `time_s` (container seconds)."""
        time_s -= self.subtitle_delay_s
        pipeline = self._pipeline
        if self._additions.playing is not None:
            return self._additions.due(time_s - pipeline.source.start_s)
        queue = pipeline.queues.cues
        while not self._cues.full and (cue := queue.peek()) is not None:
            queue.next(cue)
            self._cues.add(cue)
        return self._cues.due(time_s, pipeline.slots["subtitle"].packets.serial)
