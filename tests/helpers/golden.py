"""When which picture is shown or dropped, worked out from the rules of ENGINE.md A5 to A8 and A13 in one plain loop.

This is the other opinion that `VideoRefresh` is held against, so it shares no code with the engine. Where the
engine leaves ffplay on purpose, the rule is stated here too, at the place marked BETTER:

1. A first picture is on screen at once, but its time is counted from when it is due after the point where playing
   began, so that sound that starts earlier is not waited for.
2. A pause keeps what was left of the picture on screen.
3. A step is shown as soon as it is decoded, without the clock, and stays its full time after the pause.
4. A drift that ffplay tolerates for ever is taken back by a twentieth with every picture, 2 ms at most.
5. While the sound is starting the picture waits for it, and is then counted by its clock.
6. Without sound the external clock starts with the first picture.
7. What the owner takes to bring a first picture on screen (a window opens) makes none of the next ones late.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Fate = tuple[Literal["show", "drop"], int, float]
"""What became of which picture (by its place in the scenario), and when."""

Command = tuple[float, Literal["pause", "play", "step", "seek", "speed", "started"], float]
"""When, what, and with what: the count of a step, the target of a seek, the speed."""

Master = Literal["audio", "video", "external"]
Drop = Literal["auto", "on", "off"]

ROOM = 3
"""Pictures in the queue, the one on screen among them (A2)."""


@dataclass(frozen=True)
class Frame:
    """One picture as it comes out of the decoder."""

    time_s: float | None
    duration_s: float
    decoded_at: float = 0.0
    serial: int = 1


@dataclass(frozen=True)
class Scenario:
    """A script: what is decoded when, what is asked when, how the sound runs, when the owner is busy."""

    frames: Sequence[Frame]
    master: Master = "external"
    audio: Callable[[float], float | None] = lambda _now: None
    """The sound's position at a moment; None while it is unknown."""
    speed: float = 1.0
    framedrop: Drop = "auto"
    commands: Sequence[Command] = ()
    stalls: Sequence[tuple[float, float]] = ()
    """From when to when the owner does not get round to looking."""
    origins: Mapping[int, float] = field(default_factory=dict)
    """Where playing began, by serial."""
    max_duration: float = 3600.0
    untimed: bool = False
    starting: bool = False
    """The sound is starting until the command `started`."""
    until: float = 60.0


def golden(s: Scenario) -> list[Fate]:
    """The one right trace of a scenario."""
    trace: list[Fate] = []
    coming = list(range(len(s.frames)))  # not in the queue yet
    queue: list[int] = []  # decoded, neither shown nor dropped
    last: int | None = None  # left the queue last; keeps its place in it
    timer = 0.0  # when `last` was due
    serial, steps, speed = 1, 0, s.speed
    starting, waited = s.starting, False
    begun = False  # a first picture came on screen and none after it
    pause_from: float | None = None
    stepped_at: float | None = None
    watch, watch_at = 0.0, 0.0  # media seconds run so far: stands still in a pause
    video: tuple[float | None, float, int] | None = None  # position, `watch` then, serial
    external: tuple[float | None, float] | None = None
    commands = list(s.commands)
    plan: float | None = None  # when to look next
    now = 0.0

    def ran() -> float:
        return watch if pause_from is not None else watch + (now - watch_at) * speed

    def video_clock() -> float | None:
        if video is None or video[0] is None or video[2] != serial:
            return None
        return video[0] + ran() - video[1]

    def external_clock() -> float | None:
        return None if external is None or external[0] is None else external[0] + ran() - external[1]

    def master_clock() -> float | None:
        match s.master:
            case "audio":
                return s.audio(now)
            case "external":
                return external_clock()
            case _:
                return None

    def nominal(one: Frame, two: Frame) -> float:
        if one.serial != two.serial:
            return 0.0
        gap = math.nan if one.time_s is None or two.time_s is None else two.time_s - one.time_s
        return (gap if 0.0 < gap <= s.max_duration else one.duration_s) / speed

    def hold(one: Frame, two: Frame) -> float:
        """A8.4 and A8.5: how long `one` is held before `two`."""
        d = nominal(one, two)
        ours, theirs = video_clock(), master_clock()
        if ours is None or theirs is None:
            return d
        diff = (ours - theirs) / speed
        if abs(diff) >= s.max_duration:
            return d
        threshold = sorted((0.04, d, 0.1))[1]
        if diff <= -threshold and d > 0.0:
            return max(0.0, d + diff)
        if diff >= threshold and d > 0.0:
            return d + diff if d > 0.1 else 2 * d
        small = abs(diff) < 0.1
        return max(0.0, d + max(-0.002, min(0.002, diff / 20))) if small else d  # BETTER 4

    def set_video(frame: Frame, ahead: float = 0.0) -> None:
        """A8.8: the picture is due in `ahead` real seconds; the external clock comes along when it is far off."""
        nonlocal video, external
        video = (frame.time_s, ran() + ahead * speed, frame.serial)
        ours, theirs = video_clock(), external_clock()
        if ours is not None and (theirs is None or abs(theirs - ours) > 10.0):
            external = (ours, ran())

    def begin(place: int, ahead: float) -> None:
        """Shows a picture that no timer waited for."""
        nonlocal timer, external, last
        frame = s.frames[place]
        timer = now + ahead
        set_video(frame, ahead)
        if s.master == "external":  # BETTER 6
            external = (frame.time_s, ran() + ahead * speed)
        queue.remove(place)
        last = place
        trace.append(("show", place, now))

    def look() -> float | None:
        """What one look does; when the next one is due."""
        nonlocal timer, last, steps, stepped_at, waited, begun
        while True:
            while queue and s.frames[queue[0]].serial != serial:
                queue.pop(0)
            if not queue:
                return None
            place, frame = queue[0], s.frames[queue[0]]
            before = None if last is None else s.frames[last]
            first = before is None or before.serial != frame.serial
            lead = 0.0
            if first and frame.time_s is not None and serial in s.origins:
                lead = frame.time_s - s.origins[serial]
                lead = lead / speed if 0.0 < lead < 10.0 else 0.0  # BETTER 1
            if s.untimed:
                begin(place, 0.0)
                return now if queue else None
            if pause_from is not None:
                if not first:
                    if not steps:
                        return None
                    steps -= 1  # BETTER 3
                stepped_at = now
                begin(place, lead)
                return now if queue and steps else None
            if first or before is None:
                begun = True
                begin(place, lead)
                return max(now, timer + hold(frame, s.frames[queue[0]])) if queue else None
            if starting:  # BETTER 5
                waited = True
                return None
            if waited:
                waited = False
                sound = s.audio(now)
                timer = now
                if sound is not None and before.time_s is not None and abs(before.time_s - sound) < 10.0 * speed:
                    timer = now + (before.time_s - sound) / speed
                    set_video(before, timer - now)
            d = hold(before, frame)
            if now < timer + d:
                return timer + d
            timer += d
            after_first, begun = begun, False
            if d > 0.0 and now - timer > (0.0 if after_first else 0.1):  # BETTER 7
                timer = now
            set_video(frame)
            queue.pop(0)
            last = place
            may_drop = s.framedrop == "on" or (s.framedrop == "auto" and s.master != "video")
            if may_drop and not after_first and queue and now > timer + nominal(frame, s.frames[queue[0]]):
                trace.append(("drop", place, now))
                continue
            trace.append(("show", place, now))
            return max(now, timer + hold(frame, s.frames[queue[0]])) if queue else None

    while True:
        while coming and s.frames[coming[0]].serial < serial:
            coming.pop(0)
        full = len(queue) + (last is not None) >= ROOM
        arrival = math.inf if full or not coming else max(now, s.frames[coming[0]].decoded_at)
        asked = commands[0][0] if commands else math.inf
        due = math.inf if plan is None else plan
        for begins, ends in s.stalls:
            due = ends if begins <= due < ends else due
        moment = min(arrival, asked, due)
        if moment > s.until:
            return trace
        now = max(now, moment)
        if asked <= min(arrival, due):
            _, what, value = commands.pop(0)
            if what == "pause" and pause_from is None:
                watch = ran()
                pause_from = stepped_at = now
            elif what == "play" and pause_from is not None and stepped_at is not None:
                timer += now - stepped_at  # BETTER 2
                pause_from, watch_at, steps = None, now, 0
            elif what == "step":
                steps += int(value)
            elif what == "speed":
                watch, watch_at, speed = ran(), now, value
            elif what == "started":
                starting = False
            elif what == "seek":
                serial, steps = serial + 1, 0
                queue = [place for place in queue if s.frames[place].serial == serial]
                external = (value, ran())
            plan = now
        elif arrival <= due:
            queue.append(coming.pop(0))
            plan = now if plan is None else plan
        else:
            plan = look()
