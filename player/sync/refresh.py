"""What to show now, and how long until the next look (ENGINE A8, A13; stepping has its own path)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from player.queues.frame_queue import FrameQueue
from player.quick_dataclass import dataclass
from player.records import Picture
from player.sync.clocks import Clocks
from player.sync.gate import LOOK_AGAIN_S, STARVED_S, Gate, is_overtaken
from player.sync.target_delay import (
    MAX_DURATION,
    NO_SYNC,
    RESYNC,
    compute_target_delay,
    is_late,
    nominal_duration,
    nudge,
)


@dataclass(frozen=True, slots=True)
class Refresh:
    """What should be on screen."""

    picture: Picture | None
    """None: nothing yet, or no video."""
    changed: bool
    """It is another picture than at the last refresh."""
    wait_s: float | None
    """Look again in so many seconds; None: not before the next wake-up."""


@dataclass(slots=True)
class ShownCounts:
    """How pictures fared since the session began."""

    shown: int = 0
    dropped_late: int = 0
    repeated: int = 0
    """Held longer than they last, by about a picture, for the clock to catch up with them."""


class VideoRefresh:
    """Decides when each queued picture is shown. Called by one thread; it never waits and never sleeps.

    `serial` tells the video packet queue's serial and `origin_s` the position at which its media time
    began: a first picture that lies later is shown at once, but counted from its own time, so that
    sound which starts earlier is not waited for by doubling pictures. While `hold` says so the first
    picture stays: the sound it goes with is about to begin. `gate` may hold back a picture while playing; `more` says
    that others are on their way to the queue.
    `on_shown(picture, late_s)` is called for every picture handed out, with how long after its due time that was (None
    where it had none).
    """

    def __init__(
        self,
        now: Callable[[], float],
        pictures: FrameQueue[Picture],
        clocks: Clocks,
        *,
        serial: Callable[[], int],
        origin_s: Callable[[], float | None] = lambda: None,
        hold: Callable[[], bool] = lambda: False,
        gate: Gate | None = None,
        more: Callable[[], bool] = lambda: False,
        untimed: bool = False,
        framedrop: Literal["auto", "on", "off"] = "auto",
        max_duration: float = MAX_DURATION,
        on_shown: Callable[[Picture, float | None], None] = lambda _picture, _late: None,
    ) -> None:
        self._now = now
        self._pictures = pictures
        self._clocks = clocks
        self._serial = serial
        self._origin_s = origin_s
        self._hold = hold
        self._gate = gate
        self._more = more
        self._shown_at = 0.0
        self._waits_for: Picture | None = None  # it is due, and the gate holds it back
        self._held = False
        self._just_begun = False  # the first picture may take long to get on screen: a window comes up, say
        self._lingers = False  # the picture on screen is held for the clock to catch up
        self._untimed = untimed
        self._framedrop = framedrop
        self.max_duration = max_duration
        self._on_shown = on_shown
        self._frame_timer = 0.0
        self._speed = 1.0
        self._stopped_at: float | None = None  # when the pause began or the last picture was shown in it
        self._steps = 0
        self._on_screen: Picture | None = None  # unlike the queue's last one, never a dropped picture
        self.counts = ShownCounts()
        self.starved = True
        """The next picture that comes is waited for: wake whoever calls `refresh`. Read by the putting thread."""

    @property
    def on_screen(self) -> Picture | None:
        """The picture handed out last."""
        return self._on_screen

    @property
    def frame_timer(self) -> float:
        """The moment the shown picture was due."""
        return self._frame_timer

    @property
    def steps_pending(self) -> int:
        return self._steps

    def set_paused(self, paused: bool) -> None:
        now = self._now()
        if paused and self._stopped_at is None:
            self._stopped_at = now
        elif not paused and self._stopped_at is not None:
            self._frame_timer += now - self._stopped_at
            self._stopped_at = None
            self._steps = 0

    def set_speed(self, speed: float) -> None:
        self._speed = speed

    def step(self, count: int) -> None:
        """`count` more pictures are to be shown while paused, each as soon as it is decoded."""
        self._steps += count

    def cancel_steps(self) -> None:
        self._steps = 0

    def shown_until(self) -> float | None:
        """When the picture on screen has had its time; None when none is shown."""
        last = self._pictures.peek_last()
        return None if last is None else self._frame_timer + last.duration_s / self._speed

    def clear(self) -> None:
        """No picture is on screen any more: the video track was switched off."""
        self._on_screen = None

    def refresh(self) -> Refresh:
        self.starved = True  # first, so that a picture put while we look is not missed
        result = self._refresh()
        self.starved = result.wait_s is None
        return result

    def _refresh(self) -> Refresh:
        while True:
            candidate = self._pictures.peek()
            last = self._pictures.peek_last()
            if candidate is None:
                return Refresh(self._on_screen, False, None)
            if candidate.serial != self._serial():
                self._pictures.drop_stale()
                continue
            now = self._now()
            is_first = last is None or last.serial != candidate.serial
            if self._stopped_at is not None and not self._untimed:
                if not is_first and not self._steps:
                    return Refresh(self._on_screen, False, None)
                self._steps -= 0 if is_first else 1
                self._stopped_at = now
                return self._show_afresh(candidate, now + (self._lead(candidate) if is_first else 0.0))
            is_open = self._gate is None or self._gate.is_ready(candidate)
            if (self._untimed or is_first) and not is_open:
                return self._wait_for(candidate)
            if self._untimed:
                return self._show_afresh(candidate, now)
            if is_first:
                self._just_begun = True
                return self._show_afresh(candidate, now + self._lead(candidate))
            if self._hold():
                self._held = True
                return Refresh(self._on_screen, False, None)
            if self._held:
                self._held = False
                self._frame_timer = self._due_by_master(last, now)
            delay = self._delay(last, candidate)
            if now < self._frame_timer + delay:
                return Refresh(self._on_screen, False, self._frame_timer + delay - now)
            waited = self._waits_for is candidate
            if not is_open and (waited or not self._is_overtaken(candidate)):
                return self._wait_for(candidate)
            self._frame_timer += delay
            late = now - self._frame_timer
            just_begun, self._just_begun = self._just_begun, False
            if (delay > 0.0 or waited or not is_open) and late > (0.0 if just_begun else RESYNC):
                self._frame_timer = now
            if not is_open or (not just_begun and not waited and self._must_drop(candidate, now)):
                self._clocks.set_video(candidate.time_s, candidate.serial, now)
                self.counts.dropped_late += 1
                self._pictures.next(candidate)
                continue
            self._clocks.set_video(candidate.time_s, candidate.serial, now)
            self.counts.repeated += self._lingers
            return self._show(candidate, late)

    def _wait_for(self, held: Picture) -> Refresh:
        """However late it becomes it is shown then, so that there is always a next picture."""
        assert self._gate is not None
        self._waits_for = held
        self._gate.wait_for(held)
        return Refresh(self._on_screen, False, LOOK_AGAIN_S)

    def _due_by_master(self, shown: Picture | None, now: float) -> float:
        """When the shown picture is or was due by the clock that has just begun; now when that is unknown."""
        master = self._clocks.master_s()
        if master is None or shown is None or shown.time_s is None:
            return now
        due = now + (shown.time_s - master) / self._speed
        if abs(due - now) >= NO_SYNC:
            return now
        self._clocks.set_video(shown.time_s, shown.serial, due)
        return due

    def _lead(self, first: Picture) -> float:
        """Real seconds from now until a first picture is due, which is on screen already."""
        origin = self._origin_s()
        if origin is None or first.time_s is None:
            return 0.0
        lead = first.time_s - origin
        return lead / self._speed if 0.0 < lead < NO_SYNC else 0.0

    def _show_afresh(self, picture: Picture, due: float) -> Refresh:
        """Shows a picture that no timer was waiting for; time is counted from it."""
        self._frame_timer = due
        now = self._now()
        # What the clocks read now, and not the picture's time as of `due`: a paused clock keeps what it is given.
        reading = None if picture.time_s is None else picture.time_s - (due - now) * self._speed
        self._clocks.set_video(reading, picture.serial, now)
        if self._clocks.master == "external":
            self._clocks.set_external(reading, now)
        return self._show(picture, None)

    def _show(self, picture: Picture, late: float | None) -> Refresh:
        self._pictures.next(picture)
        self._on_screen = picture
        self._waits_for = None
        self._shown_at = self._now()
        self.counts.shown += 1
        self._on_shown(picture, late)
        return Refresh(picture, True, self._wait_after(picture))

    def _wait_after(self, shown: Picture) -> float | None:
        following = self._pictures.peek()
        if following is None:
            return None
        if self._untimed or self._steps:
            return 0.0
        if self._stopped_at is not None:
            return None
        return max(0.0, self._frame_timer + self._delay(shown, following) - self._now())

    def _delay(self, last: Picture | None, candidate: Picture) -> float:
        """Real seconds from the shown picture's due time to the candidate's."""
        if last is None:
            return 0.0
        media = nominal_duration(
            last.time_s,
            candidate.time_s,
            last.duration_s,
            self.max_duration,
            same_serial=last.serial == candidate.serial,
        )
        drift = self._drift()
        held = compute_target_delay(media / self._speed, drift, self.max_duration)
        self._lingers = held > media / self._speed
        return held if held != media / self._speed else max(0.0, held + nudge(drift))

    def _drift(self) -> float | None:
        if self._clocks.master == "video":
            return None
        video, master = self._clocks.video_s(), self._clocks.master_s()
        return None if video is None or master is None else (video - master) / self._speed

    @property
    def _drops(self) -> bool:
        return self._framedrop == "on" or (self._framedrop == "auto" and self._clocks.master != "video")

    def _is_overtaken(self, held: Picture) -> bool:
        """But where pictures have been coming too late for some time, one of them has to be shown."""
        if not self._drops or self._now() - self._shown_at >= STARVED_S:
            return False
        return is_overtaken(held, self._pictures.peek_next(), self._clocks.master_s(), more=self._more())

    def _must_drop(self, candidate: Picture, now: float) -> bool:
        following = self._pictures.peek_next()
        if not self._drops or following is None:
            return False
        media = nominal_duration(
            candidate.time_s,
            following.time_s,
            candidate.duration_s,
            self.max_duration,
            same_serial=candidate.serial == following.serial,
        )
        return is_late(now, self._frame_timer, media / self._speed)
