"""The one facade: open, play, pause, step, seek, close; refresh, snapshot, events."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from player.additions import Choice, SubtitleReadings
from player.assembly import Surroundings
from player.audio.renderer import Settings
from player.audio.sink import SinkFactory
from player.audio.tap import Tap
from player.errors import OpenError
from player.events import EndReached, Event, Failed, FirstPicture, OpenFailed, SubtitlesRead, TracksChanged
from player.frame_commands import FrameCommands
from player.inspection import Tools
from player.inspection_tools import inspection_tools
from player.media.filters import FilterChoice
from player.options import OpenOptions
from player.pipeline import Pipeline
from player.playback import Playback
from player.records import Cue, Kind, MediaInfo, Picture, Snapshot, State
from player.session import Session
from player.snapshots import snapshot_of
from player.stats import Stage
from player.sync.refresh import Refresh

if TYPE_CHECKING:
    from player.figures import Figures
    from player.watching import Watch

MIN_SPEED, MAX_SPEED = 0.25, 4.0
MAX_VOLUME = 130.0
NOTHING = Refresh(None, False, None)


class Player(FrameCommands):
    """Plays one local file at a time. All methods belong to one thread, the owner's; none of them waits but `close`.

    `now` is a monotonic clock in seconds. `wakeup` is called on any thread, with no arguments: call
    `refresh` and `take_events` soon. `prepare` runs on the decode-video thread for every picture
    before it is queued; its result travels as `picture.prepared`. `untimed` shows every picture as
    soon as it is decoded and drops none.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        sinks: SinkFactory,
        wakeup: Callable[[], None],
        prepare: Callable[[Picture], object | None] | None = None,
        untimed: bool = False,
    ) -> None:
        self._wakeup = wakeup
        self.tap = Tap()  # what is played, for whoever draws it
        self._around = Surroundings(
            now=now,
            open_sink=sinks,
            wakeup=wakeup,
            on_error=lambda _error: None,
            on_warning=lambda _text: None,
            settings=lambda: self._settings,
            tap=self.tap,
            prepare=prepare,
            untimed=untimed,
        )
        self._now = now
        self._events_lock = threading.Lock()
        self._events: deque[tuple[Session | None, Event]] = deque()  # guarded by _events_lock
        self._session: Session | None = None
        self._playback: Playback | None = None  # once its pipeline was adopted
        self._settings = Settings()
        self._state = State.IDLE
        self._early_seek: tuple[float, bool] | None = None  # asked for before the file was open, as the next
        self._early_filters: tuple[str | None, str | None] | None = None
        self._readings = SubtitleReadings()
        self._subtitle_delay_s = 0.0
        self._early: list[Callable[[Playback], None]] = []  # other things asked for before the file was open

    # Opening and closing.

    def open(self, path: str, options: OpenOptions | None = None) -> None:
        """Starts opening `path` and returns; Opened or OpenFailed follows. What was open is closed."""
        former = self._let_go()
        wanted = OpenOptions() if options is None else options
        self._configure(paused=wanted.paused)
        self._state = State.OPENING
        session = Session(path, wanted, self._around, lambda event: self._push(session, event), after=former)
        self._session = session
        session.start()
        for number, file in enumerate(wanted.subtitle_files):
            self.add_subtitles(file, Choice(select=number == 0))

    def close(self) -> None:
        """Closes what is open, within 2 s; raises ThreadStuckError when a thread cannot be ended."""
        former = self._let_go()
        self._state = State.IDLE
        if former is not None:
            former.join()
        self._readings.join()

    def _let_go(self) -> Session | None:
        former, self._session = self._session, None
        self._playback = None
        self._early_seek = None
        self._early_filters = None
        self._early.clear()
        self._readings.ask_to_end()
        if former is not None:
            former.ask_to_close()
        return former

    # Run control.

    @property
    def paused(self) -> bool:
        return self._settings.paused

    def play(self) -> None:
        if self._state is State.ENDED:
            self._state = State.READY
            if self._playback is not None:
                self._playback.rewind()
        if self._settings.paused:
            self._configure(paused=False)
        self._wakeup()

    def pause(self) -> None:
        if not self._settings.paused:
            self._configure(paused=True)
            self._wakeup()

    def toggle_pause(self) -> None:
        if self._settings.paused or self._state is State.ENDED:
            self.play()
        else:
            self.pause()

    def seek(self, position_s: float, *, exact: bool = True) -> None:
        """Goes to `position_s`, counted from the container's start. The latest seek wins."""
        if self._playback is None:
            self._early_seek = (position_s, exact)
            return
        self._state = State.READY
        self._playback.seek(position_s, exact=exact)
        self._wakeup()

    def seek_by(self, delta_s: float, *, exact: bool = True) -> None:
        """Goes `delta_s` on from where the player is or is heading."""
        if self._playback is None:
            early = self._early_seek[0] if self._early_seek is not None else 0.0
            self._early_seek = (max(0.0, early + delta_s), exact)
            return
        self._state = State.READY
        self._playback.seek_by(delta_s, exact=exact)
        self._wakeup()

    def set_speed(self, speed: float) -> None:
        self._configure(speed=min(MAX_SPEED, max(MIN_SPEED, speed)))
        self._around.watching.set_speed(self._settings.speed)
        self._wakeup()

    def set_volume(self, volume: float) -> None:
        """0 to 130; 100 is the file's own level."""
        self._configure(volume=min(MAX_VOLUME, max(0.0, volume)))

    def set_muted(self, muted: bool) -> None:
        self._configure(muted=muted)

    def set_audio_delay(self, delay_s: float) -> None:
        """Corrects for what the device adds behind its queue; positive makes the sound later."""
        self._configure(delay_s=delay_s)

    @property
    def audio_delay_s(self) -> float:
        return self._settings.delay_s

    def set_audio_device(self, device: str) -> None:
        """By the name that `list_devices` gives; '' is the system's default. What plays goes on meanwhile."""
        self._configure(device=device)

    def set_watch(self, watch: Watch | None) -> None:
        """Who is told of the pictures on their way to the screen, and may hold them back; None is nobody."""
        self._around.watching.attach(watch, self._wakeup)
        self._wakeup()  # for a picture that was held back

    def _configure(self, **changes: float | bool | str) -> None:
        values = {name: getattr(self._settings, name) for name in Settings.__dataclass_fields__}
        self._settings = Settings(**{**values, **changes})
        if "paused" in changes and self._session is not None:
            self._session.stats.break_off()
        if self._playback is not None:
            self._playback.configure(self._settings)

    # What is played again.

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        """Plays what is between these positions again and again; seeking behind it leaves it. None: no such point."""
        self._ask(lambda playback: playback.set_section(a_s, b_s))

    def set_plays(self, count: int) -> None:
        """How often the open file is played in all, this time included; 0 is for ever."""
        self._ask(lambda playback: playback.rounds.set_plays(count))

    def _ask(self, act: Callable[[Playback], None]) -> None:
        """Now, or when the file that is being opened is there."""
        if self._playback is not None:
            act(self._playback)
            self._wakeup()
        elif self._session is not None:
            self._early.append(act)

    # Tracks.

    def select(self, kind: Kind, number: int | None) -> None:
        """Plays another track of `kind` (1-based number); None switches the kind off."""
        if self._playback is not None:
            self._playback.tracks.select(kind, number)

    def cycle(self, kind: Kind) -> None:
        """The next usable track of `kind`; for subtitles there is an off position after the last."""
        if self._playback is not None:
            self._playback.tracks.cycle(kind)

    def add_subtitles(self, path: str, choice: Choice | None = None) -> int:
        """Makes a track of a subtitle file. SubtitlesRead or SubtitlesRefused follows, with the number returned."""
        session = self._session
        return self._readings.begin(path, choice or Choice(), lambda event: self._push(session, event))

    def set_subtitle_delay(self, delay_s: float) -> None:
        """Positive shows them later; it holds for the next files, too."""
        self._subtitle_delay_s = delay_s
        if self._playback is not None:
            self._playback.tracks.subtitle_delay_s = delay_s

    # Filters.

    def set_filters(self, video: str | None, audio: str | None) -> None:
        """Other libavfilter chains for the open file, at once and also while paused; None is none.

        Raises UsageError, and changes nothing then. The next file begins with those of its own options.
        """
        if self._playback is None:
            FilterChoice(video, audio)  # says now what is wrong with them
            self._early_filters = (video, audio)
            return
        self._state = State.READY
        self._playback.set_filters(video, audio)
        self._wakeup()

    # What the owner polls.

    def refresh(self) -> Refresh:
        """What should be on screen now, and when to look again."""
        playback = self._adopt()
        if playback is None:
            return NOTHING
        result = playback.refresh()
        if playback.take_first():
            self._push(self._session, FirstPicture(playback.serial))
        if self._state is not State.READY:
            return result
        due = playback.pipeline.end_due()
        if due is None:
            return result
        left = due - self._now()
        if left > 0.0 and not self._settings.paused:
            return Refresh(result.picture, result.changed, left if result.wait_s is None else min(left, result.wait_s))
        if not self._settings.paused or self._around.untimed:
            self._reach_end(playback)
        else:
            playback.forget_steps()
        return result

    def heard_s(self) -> float | None:
        """The media position (container seconds, as the tap counts) that is heard now; None when there is no sound."""
        clock = None if self._playback is None else self._playback.pipeline.clocks.audio_s()
        return None if clock is None else clock - self._settings.delay_s

    def cues(self) -> tuple[Cue, ...]:
        """The subtitle cues that are due with the picture on screen."""
        return () if self._playback is None else self._playback.cues()

    def snapshot(self) -> Snapshot:
        playback, settings = self._playback, self._settings
        if playback is None:
            return Snapshot(
                state=self._state,
                paused=settings.paused,
                volume=settings.volume,
                muted=settings.muted,
                speed=settings.speed,
                subtitle_delay_s=self._subtitle_delay_s,
            )
        return snapshot_of(playback, self._state, settings)

    def take_events(self) -> list[Event]:
        """Everything that happened since the last call, oldest first."""
        self._adopt()
        with self._events_lock:
            taken, self._events = self._events, deque()
        events: list[Event] = []
        for session, event in taken:
            if session is not self._session:
                continue  # of a file that was closed meanwhile
            if isinstance(event, OpenFailed | Failed):
                self._state = State.FAILED
            elif isinstance(event, SubtitlesRead):
                self._take_up(event)
            events.append(event)
        return events

    def _take_up(self, read: SubtitlesRead) -> None:
        self._ask(lambda playback: playback.tracks.add_subtitles(read.track, read.cues, select=read.select))

    def note_time(self, stage: Stage, seconds: float) -> None:
        """Adds to the report what the view measured of one picture."""
        session = self._session
        if session is not None:
            session.stats.note_time(stage, seconds)

    def report(self) -> dict[str, object]:
        """The playback report of the open file; empty when none is."""
        from player.playback_report import playback_report  # few starts need it

        playback = self._playback
        return {} if playback is None else self._around.watching.complete(playback_report(playback.pipeline))

    def figures(self) -> Figures | None:
        """The report's figures over the newest pictures, for somebody who watches; None when no file is open."""
        from player.figures import read_figures  # few starts need it

        return None if self._playback is None else read_figures(self._playback.pipeline)

    @property
    def info(self) -> MediaInfo | None:
        return None if self._playback is None else self._playback.pipeline.source.info

    def _adopt(self) -> Playback | None:
        """Takes over a pipeline that was built since the last look."""
        session = self._session
        pipeline: Pipeline | None = None if session is None else session.pipeline
        if session is None or pipeline is None or self._playback is not None:
            return self._playback
        playback = Playback(pipeline, session.options, self._now, self._tools_for(session))
        self._playback = playback
        session.companion = playback.inspections.close
        pipeline.on_tracks_changed = lambda: self._push(session, TracksChanged())
        self._state = State.READY
        self._playback.configure(self._settings)
        if self._early_filters is not None:
            filters, self._early_filters = self._early_filters, None
            self._playback.set_filters(*filters)
        if self._early_seek is not None:
            position, exact = self._early_seek
            self._early_seek = None
            self._playback.seek(position, exact=exact)
        self._playback.tracks.subtitle_delay_s = self._subtitle_delay_s
        asked, self._early = self._early, []
        for act in asked:
            act(self._playback)
        return self._playback

    def _tools_for(self, session: Session) -> Tools | None:
        def is_busy() -> bool:
            playback = self._playback
            return playback is not None and playback.is_busy

        return inspection_tools(session.path, session.options, self._around, is_busy)

    def _reach_end(self, playback: Playback) -> None:
        if not playback.pipeline.decoded_anything():
            self._state = State.FAILED
            path = playback.pipeline.source.info.path
            self._push(self._session, Failed(OpenError(path, "no complete picture or sound in it could be decoded")))
        elif playback.begin_again():
            self._wakeup()
        else:
            self._state = State.ENDED
            self._push(self._session, EndReached())

    def _push(self, session: Session | None, event: Event) -> None:
        with self._events_lock:
            self._events.append((session, event))
        self._wakeup()
