"""The owner's side of a running pipeline: where it stands, where it is heading, what it was asked for."""

from __future__ import annotations

from collections.abc import Callable

from player.additions import Additions
from player.audio.renderer import Settings
from player.media.seeking import Direction, SeekRequest
from player.options import OpenOptions
from player.pipeline import Pipeline
from player.records import Cue, Kind, Snapshot, State, Track
from player.rounds import Rounds
from player.subtitles.cues import CueList
from player.sync.refresh import Refresh

LOOK_BACK = 10
"""At most so many pictures are gone back in one go: they are all held in memory for a moment."""


class Playback:
    """Drives one pipeline. Used by the owner's thread alone."""

    def __init__(self, pipeline: Pipeline, options: OpenOptions, now: Callable[[], float]) -> None:
        self.pipeline = pipeline
        self._options = options
        self._now = now
        self._heading_s: float | None = None  # container seconds; set while a seek is under way
        self._first_pending = True
        self._steps_back = 0  # still to be made
        self._held_steps = 0  # pressed while a seek was under way: they count from its picture
        self._stepped = False  # pictures were stepped over since the sound stopped
        self.rounds = Rounds(pipeline.cut, pipeline.source.start_s, options.loop, now)
        self._settings: Settings | None = None
        self._cues = CueList()
        self._additions = Additions()
        self.subtitle_delay_s = 0.0
        pipeline.resume_at = self._resume_at

    @property
    def serial(self) -> int:
        return self.pipeline.slots["video"].packets.serial

    def configure(self, settings: Settings) -> None:
        """Hands pause, speed and volume to whoever follows them."""
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
        shown = self.pipeline.video.on_screen
        if resumes and self._stepped and shown is not None and shown.time_s is not None:
            if self.pipeline.renderer is not None:
                self.pipeline.renderer.skip_to(shown.time_s)
            self._stepped = False

    def step(self, count: int) -> None:
        """Forward, or backwards with a negative count; presses either way add up."""
        if count < 0 or self._steps_back:
            self._steps_back = max(0, self._steps_back - count)
        elif self.pipeline.demuxer.seeking:
            self._held_steps += count
        else:
            self.pipeline.video.step(count)
        self._stepped = True

    def _go_back(self) -> None:
        """Shows the picture that the presses so far lead to, decoded afresh from a key frame before it.

        The group is decoded once for all presses that came meanwhile, so that a held key arrives.
        """
        shown = self.pipeline.video.on_screen
        back, self._steps_back = min(self._steps_back, LOOK_BACK), 0
        if shown is None or shown.time_s is None or not self.pipeline.shows_video:
            return
        self._go_to(shown.time_s, exact=True, direction=0, back=back)
        self._stepped = True

    def forget_steps(self) -> None:
        """The last picture is on screen: there is nothing to step to."""
        self._held_steps = self._steps_back = 0
        self.pipeline.video.cancel_steps()

    def seek(self, position_s: float, *, exact: bool) -> None:
        self._go_to(self.pipeline.source.start_s + max(0.0, position_s), exact=exact, direction=0)

    def seek_by(self, delta_s: float, *, exact: bool) -> None:
        start_s = self.pipeline.source.start_s
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        here = start_s if here is None else here
        self._go_to(max(start_s, here + delta_s), exact=exact, direction=1 if delta_s > 0 else -1)

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

    def _go_to(self, target_s: float, *, exact: bool, direction: Direction, back: int = 0) -> None:
        from_s = self.container_position_s()
        self._heading_s = target_s
        self._first_pending = True
        self._stepped = False
        self.forget_steps()
        self._cues.clear()
        self.rounds.aim(target_s, paused=self._paused)
        self.pipeline.demuxer.seek(SeekRequest(target_s, exact, direction, from_s, back))

    def select(self, kind: Kind, number: int | None) -> None:
        if kind == "subtitle":
            self._additions.playing = number if number in self._additions else None
            number = None if number in self._additions else number
        self.pipeline.demuxer.select(kind, number)

    def add_subtitles(self, track: Track, cues: tuple[Cue, ...], *, select: bool) -> None:
        """Makes a track of a file's cues."""
        source = self.pipeline.source
        source.info, number = self._additions.add(source.info, track, cues)
        if select:
            self.select("subtitle", number)
        self.pipeline.on_tracks_changed()

    def _resume_at(self, kind: Kind) -> float | None:
        """Where to go on after a change of track, so that it is there at once; None goes on from what was read.

        Demux thread. A subtitle track that is switched on while playing is not worth a break in the sound.
        """
        return self.container_position_s() if kind != "subtitle" or self._paused else None

    def set_filters(self, video: str | None, audio: str | None) -> None:
        """Raises UsageError, and changes nothing then."""
        pipeline = self.pipeline
        pipeline.filters.set(video, audio)
        if not pipeline.source.seekable:
            return  # the decoders follow with what they decode next
        here = self._heading_s if self._heading_s is not None else self.container_position_s()
        self._go_to(pipeline.cut.start_s if here is None else here, exact=True, direction=0)

    def cycle(self, kind: Kind) -> None:
        usable = [track.number for track in self.pipeline.source.info.of_kind(kind) if track.usable]
        playing = self._playing(kind)
        choices: list[int | None] = [*usable, None] if kind == "subtitle" else list(usable)
        if not usable or (len(choices) == 1 and playing is not None):
            return
        at = choices.index(playing) if playing in choices else -1
        self.select(kind, choices[(at + 1) % len(choices)])

    def refresh(self) -> Refresh:
        if self._held_steps and not self.pipeline.demuxer.seeking:
            self.pipeline.video.step(self._held_steps)
            self._held_steps = 0
        result = self.pipeline.video.refresh()
        if self._steps_back and not self.seeking:
            self._go_back()
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
        shown = pipeline.video.on_screen
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

    def snapshot(self, state: State, settings: Settings) -> Snapshot:
        pipeline = self.pipeline
        video = pipeline.slots["video"].decoder
        here = self.container_position_s()
        return Snapshot(
            state=state,
            paused=settings.paused,
            seeking=self.seeking,
            position_s=self.position_s(),
            duration_s=pipeline.source.info.duration_s,
            volume=settings.volume,
            muted=settings.muted,
            speed=settings.speed,
            info=pipeline.source.info,
            vid=self._playing("video"),
            aid=self._playing("audio"),
            sid=self._playing("subtitle"),
            cues=() if here is None else self._due_cues(here),
            av_diff_s=pipeline.av_diff_s(),
            audio_device=pipeline.renderer.device if pipeline.renderer is not None and pipeline.has("audio") else "",
            dropped_early=getattr(video, "dropped_early", 0),
            dropped_late=pipeline.video.counts.dropped_late,
            queue_bytes={kind: slot.packets.size_bytes for kind, slot in pipeline.slots.items()},
            hwdec=pipeline.hwdec.used,
            vf=pipeline.filters.video.text if pipeline.filters.video is not None else "",
            af=pipeline.filters.audio.text if pipeline.filters.audio is not None else "",
            section=self.rounds.points,
            rounds_left=self.rounds.left,
            subtitle_delay_s=self.subtitle_delay_s,
        )

    def _due_cues(self, time_s: float) -> tuple[Cue, ...]:
        time_s -= self.subtitle_delay_s
        if self._additions.playing is not None:
            return self._additions.due(time_s - self.pipeline.source.start_s)
        queue = self.pipeline.queues.cues
        while not self._cues.full and (cue := queue.peek()) is not None:
            queue.next(cue)
            self._cues.add(cue)
        return self._cues.due(time_s, self.pipeline.slots["subtitle"].packets.serial)

    def _playing(self, kind: Kind) -> int | None:
        if kind == "subtitle" and self._additions.playing is not None:
            return self._additions.playing
        track: Track | None = self.pipeline.slots[kind].track
        return None if track is None else track.number

    def report(self) -> dict[str, object]:
        pipeline = self.pipeline
        video = pipeline.slots["video"].decoder
        renderer = pipeline.renderer
        return {
            **pipeline.stats.report(),
            "shown": pipeline.video.counts.shown,
            "dropped_early": getattr(video, "dropped_early", 0),
            "dropped_late": pipeline.video.counts.dropped_late,
            "repeated": pipeline.video.counts.repeated,
            "decode_errors": sum(
                decoder.errors for slot in pipeline.slots.values() if (decoder := slot.decoder) is not None
            ),
            "hwdec": pipeline.hwdec.report(),
            "queues": {
                kind: {
                    "packets": slot.packets.count,
                    "bytes": slot.packets.size_bytes,
                    "seconds": round(slot.packets.duration_s, 3),
                    "thrown_away": slot.packets.dropped,
                }
                for kind, slot in pipeline.slots.items()
            },
            "audio": {
                "device": renderer.device if renderer is not None else "",
                "underruns": renderer.underruns if renderer is not None else 0,
            },
        }
