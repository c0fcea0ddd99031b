"""The owner's side of a running pipeline: where it stands, where it is heading, what it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from player.audio.renderer import Settings
from player.inspections import Inspections
from player.media.seeking import Direction, SeekRequest
from player.numbering import key_beside, picture_at
from player.options import OpenOptions
from player.pipeline import Pipeline
from player.places import Jumps, Place
from player.records import Cue, Kind
from player.rounds import Rounds
from player.stepper import Stepper, Wish
from player.sync.refresh import Refresh
from player.tracks import Tracks

if TYPE_CHECKING:
    from player.inspection import Tools

LOOK_BACK = 10
"""At most so many pictures are gone back in one go: they are all held in memory for a moment."""


class Playback:
    """Drives one pipeline. Used by the owner's thread alone. With `tools`, its pictures can be had by number."""

    def __init__(
        self,
        pipeline: Pipeline,
        options: OpenOptions,
        now: Callable[[], float],
        tools: Tools | None = None,
    ) -> None:
        self.pipeline = pipeline
        self._options = options
        self._now = now
        self._heading_s: float | None = None  # container seconds; set while a seek is under way
        self._first_pending = True
        self._quiet = False  # the seek under way only brings the pipeline to the picture on screen
        self._resuming: Settings | None = None  # to take effect when that seek is over
        self.inspections = Inspections(pipeline, options, tools)
        self._jumps = Jumps(now)
        self.stepper = Stepper(
            pipeline, now, seek=self._go_to_picture, go_back=self._go_back, warn=pipeline.around.on_warning
        )
        self._stepped = False  # pictures were stepped over since the sound stopped
        self.rounds = Rounds(pipeline.cut, pipeline.source.start_s, options.loop, now, pipeline.source.info.duration_s)
        self._settings: Settings | None = None
        self.tracks = Tracks(pipeline)
        pipeline.resume_at = self._resume_at

    @property
    def serial(self) -> int:
        return self.pipeline.slots["video"].packets.serial

    def configure(self, settings: Settings) -> None:
        """Hands pause, speed and volume to whoever follows them.

        A pipeline that is elsewhere than the picture on screen is brought there before it goes on.
        """
        self._resuming = None
        if self._settings is not None and self._settings.paused and not settings.paused:
            if self.stepper.must_seek_to_play():
                self.stepper.bring_pipeline()
            self.stepper.leave()
            self.pipeline.trail.drop()
            self.inspections.release_memory()
            if self.pipeline.demuxer.seeking and self._quiet:
                self._resuming = settings
                settings = replace(settings, paused=True)
        self._apply(settings)

    def _apply(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        pipeline = self.pipeline
        pipeline.settings = settings
        if before is None or before.speed != settings.speed:
            pipeline.clocks.set_speed(settings.speed)
            pipeline.video.set_speed(settings.speed)
        if before is None or before.paused != settings.paused:
            if before is not None and not settings.paused:
                self._enter_section(resumes=True)
            self._resync_sound(resumes=not settings.paused)
            pipeline.clocks.set_paused(settings.paused)
            pipeline.video.set_paused(settings.paused)
        if pipeline.renderer is not None:
            pipeline.renderer.configure(settings)

    def _resync_sound(self, *, resumes: bool) -> None:
        """After steps the sound is behind the picture: it goes on where the picture is."""
        shown = self.stepper.screen
        if resumes and self._stepped and shown is not None and shown.time_s is not None:
            if self.pipeline.renderer is not None:
                self.pipeline.renderer.skip_to(shown.time_s)
            self._stepped = False

    def step(self, count: int) -> None:
        """Forward, or backwards with a negative count; presses either way add up."""
        self._look_at_track()
        self.stepper.step(count)
        self._stepped = True

    def _go_back(self, count: int) -> None:
        """So many pictures back where they have no numbers: the group is decoded afresh from a key frame before.

        Once for all presses that came meanwhile, so that a held key arrives.
        """
        shown = self.pipeline.video.on_screen
        if shown is None or shown.time_s is None or not self.pipeline.shows_video:
            return
        self._go_to(shown.time_s, exact=True, direction=0, back=min(count, LOOK_BACK))
        self._stepped = True

    def run(self, direction: int) -> None:
        self._look_at_track()
        self.stepper.run(direction)
        self._stepped = True

    def forget_steps(self) -> None:
        """The pipeline's last picture is on screen: it has none to step to."""
        steps = self.pipeline.video.steps_pending
        self.pipeline.video.cancel_steps()
        if steps:
            self.stepper.step_beyond(steps)

    def go_to(self, find: Wish, direction: int = 0) -> None:
        """The picture that `find` finds in the index, paused, as soon as it is known there."""
        self._note_place()
        self._look_at_track()
        if not self.inspections.any or not self.pipeline.source.seekable:
            self.pipeline.around.on_warning("Its pictures cannot be had by number")
            return
        self._first_pending = True
        self._heading_s = None
        self.stepper.head_for(find, direction)

    def step_key(self, direction: int) -> None:
        """The next key picture, or the one before; at the ends it stays."""
        here = self.stepper.heading
        self.go_to(
            lambda index: key_beside(index, self.stepper.heading if here is None else here, direction), direction
        )

    def jump_back(self) -> bool:
        """Where the last jump began, and from there back again; False when there was none."""
        place = self._jumps.turn_back(self._place())
        if place is None:
            return False
        index = self.inspections.index
        ordinal = None if index is None or place.pts is None else index.ordinal_of(place.pts, near=place.index)
        if self._paused and ordinal is not None and self.inspections.reads:
            self._first_pending = True
            self._heading_s = None
            self.stepper.show(ordinal)
        else:
            self._go_to(place.time_s, exact=True, direction=0, sharp=place.sharp, ordinal=ordinal)
        return True

    def mark_place(self) -> None:
        """Here is where the next jump back leads."""
        self._jumps.mark(self._place())

    def _note_place(self) -> None:
        """Here the jump begins that is asked for now, unless another is under way."""
        self._jumps.begin(None if self.seeking else self._place())

    def _place(self) -> Place | None:
        here_s, screen = self.container_position_s(), self.stepper.screen
        if here_s is None or screen is None or not self.pipeline.shows_video:
            return None if here_s is None else Place(here_s)
        return Place(here_s, screen.pts, screen.index, sharp=True)

    def seek(self, position_s: float, *, exact: bool) -> None:
        self._seek(self.pipeline.source.start_s + max(0.0, position_s), exact=exact, direction=0)

    def seek_by(self, delta_s: float, *, exact: bool) -> None:
        start_s = self.pipeline.source.start_s
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        here = start_s if here is None else here
        self._seek(max(start_s, here + delta_s), exact=exact, direction=1 if delta_s > 0 else -1)

    def _seek(self, target_s: float, *, exact: bool, direction: Direction) -> None:
        self._note_place()
        cached = self.stepper.cached(target_s) if exact and self._paused else None
        if cached is None:
            self._go_to(target_s, exact=exact, direction=direction)
            return
        self._first_pending = True
        self._heading_s = target_s
        self.stepper.show(cached)

    def rewind(self) -> None:
        """Back to where playing began."""
        self._go_to(self.pipeline.cut.start_s, exact=bool(self._options.start_s), direction=0)

    def begin_again(self) -> bool:
        """At the end: starts the next round when one was asked for."""
        target_s = self.rounds.next_start()
        if target_s is None:
            return False
        self._go_to(target_s, exact=self.rounds.holds or bool(self._options.start_s), direction=0)
        return True

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        """Positions from the container's start; None takes a point away."""
        self.rounds.set_points(a_s, b_s)
        if not self._paused:
            self._enter_section()

    def _enter_section(self, *, resumes: bool = False) -> None:
        """Reads afresh, so that the decoders end with the section, or no longer do."""
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        target_s = self.rounds.entry(self.pipeline.cut.start_s if here is None else here, resumes=resumes)
        if target_s is not None and self.pipeline.source.seekable:
            self._go_to(target_s, exact=True, direction=0)

    @property
    def _paused(self) -> bool:
        return self._settings is not None and self._settings.paused

    def _go_to(
        self,
        target_s: float,
        *,
        exact: bool,
        direction: Direction,
        back: int = 0,
        sharp: bool = False,
        ordinal: int | None = None,
        quiet: bool = False,
    ) -> None:
        """Sends the pipeline. `ordinal`: of the picture that is there, where that is known."""
        from_s = self.container_position_s()
        self._quiet = quiet
        if not quiet:
            self.stepper.leave()
            self._heading_s = target_s
            self._first_pending = True
        index = self.inspections.index
        if ordinal is None and exact and index is not None and not back:
            ordinal = picture_at(index, target_s)
        self.stepper.numbering.expect(ordinal)
        self.inspections.rest()
        self._stepped = False
        self.pipeline.video.cancel_steps()
        self.tracks.drop_cues()
        self.rounds.aim(target_s, paused=self._paused)
        trail = 0
        if exact and self._paused and self.inspections.reads and not (back or quiet):
            trail = self.stepper.trailing.length(index, ordinal, self.stepper.screen)
        self.pipeline.demuxer.seek(SeekRequest(target_s, exact, direction, from_s, sharp, back, trail))

    def _go_to_picture(self, time_s: float, ordinal: int | None, quiet: bool) -> None:
        self._go_to(time_s, exact=True, direction=0, sharp=True, ordinal=ordinal, quiet=quiet)

    def _look_at_track(self) -> None:
        self.inspections.follow(self.stepper, self.serial)

    @property
    def is_busy(self) -> bool:
        """Pictures follow one another, or one is waited for; not where the index itself is. Any thread."""
        if self.stepper.wishes or self.stepper.is_stuck:
            return False
        return not self._paused or self._pipeline_is_seeking or self.stepper.arriving

    @property
    def goes_on(self) -> bool:
        """The file has pictures behind the one on screen."""
        index, here = self.inspections.index, self.stepper.heading
        return self.inspections.reads and index is not None and here is not None and here + 1 < index.count

    def _resume_at(self, kind: Kind) -> float | None:
        """Where to go on after a change of track, so that it is there at once; None goes on from what was read.

        Demux thread. A subtitle track that is switched on while playing is not worth a break in the sound.
        """
        return self.container_position_s() if kind != "subtitle" or self._paused else None

    def set_filters(self, video: str | None, audio: str | None) -> None:
        """Raises UsageError, and changes nothing then."""
        pipeline = self.pipeline
        before = pipeline.filters.video
        pipeline.filters.set(video, audio)
        if not pipeline.source.seekable:
            return  # the decoders follow with what they decode next
        if pipeline.filters.video != before:
            pipeline.around.watching.since(self.serial + 1)
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        self._go_to(pipeline.cut.start_s if here is None else here, exact=True, direction=0)

    def refresh(self) -> Refresh:
        self._look_at_track()
        result = self.stepper.refresh(paused=self._paused)
        if not self._pipeline_is_seeking:
            self._quiet = False
        if self._resuming is not None and not self.pipeline.demuxer.seeking:
            settings, self._resuming = self._resuming, None
            self._apply(settings)
            return Refresh(result.picture, result.changed, 0.0)
        if self._heading_s is not None and not self.seeking:
            self._heading_s = None
        return result

    def take_first(self) -> bool:
        """Whether the first picture (or sound) after the load or the last seek came since the last call."""
        pipeline = self.pipeline
        if self._first_pending and not self.seeking and (not pipeline.shows_video or pipeline.decoded_anything()):
            self._first_pending = False
            return True
        return False

    @property
    def seeking(self) -> bool:
        """A seek is under way: its first picture, or its sound, is not there yet."""
        if self.stepper.inspecting or self.stepper.wishes:
            return self._first_pending and self.stepper.arriving
        return not self._quiet and self._pipeline_is_seeking

    @property
    def _pipeline_is_seeking(self) -> bool:
        pipeline = self.pipeline
        if pipeline.demuxer.seeking:
            return True
        video, audio = pipeline.slots["video"], pipeline.slots["audio"]
        if pipeline.has("video"):
            shown = pipeline.video.on_screen
            arrived = shown is not None and (video.sparse or shown.serial == video.packets.serial)
            if pipeline.shows_video or not arrived:
                return not arrived and not video.finished
        return pipeline.clocks.audio_s() is None and not audio.finished and not self._paused

    def container_position_s(self) -> float | None:
        """The picture on screen, or the sound where there is no moving picture; container seconds."""
        pipeline = self.pipeline
        shown = self.stepper.screen
        if pipeline.shows_video and shown is not None:
            return shown.time_s
        renderer = pipeline.renderer
        if renderer is not None and pipeline.has("audio") and renderer.drained and renderer.end_s is not None:
            return renderer.end_s
        heard = pipeline.clocks.audio_s()
        if heard is None and pipeline.has("audio") and not pipeline.shows_video:
            return pipeline.slots["audio"].packets.origin_s  # paused: the sound begins there when it goes on
        return heard

    def position_s(self) -> float | None:
        """From the container's start; the target while a seek is under way."""
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        return None if here is None else max(0.0, here - self.pipeline.source.start_s)

    def cues(self) -> tuple[Cue, ...]:
        """Those that are due."""
        here = self.container_position_s()
        return () if here is None else self.tracks.cues_at(here)
