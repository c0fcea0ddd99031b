"""`VideoRefresh` against the plain restatement of its rules: the same picture at the same time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal, cast

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.queues.frame_queue import FrameQueue
from player.records import Picture
from player.sync.clocks import Clocks
from player.sync.refresh import VideoRefresh
from tests.helpers.fake_time import FakeTime
from tests.helpers.golden import ROOM, Command, Drop, Fate, Frame, Master, Scenario, golden

PIXELS = av.VideoFrame(16, 16, "gray")


class RecordingQueue(FrameQueue[Picture]):
    """Writes down what leaves the queue by being taken."""

    def __init__(self, current_serial: Callable[[], int], on_taken: Callable[[Picture], None]) -> None:
        super().__init__(ROOM, keep_last=True, current_serial=current_serial, on_put=lambda: None)
        self._on_taken = on_taken

    def next(self, item: Picture | None = None) -> None:
        candidate = self.peek() if item is None else item
        if candidate is not None:
            self._on_taken(candidate)
        super().next()


class Rig:
    """The real queue, clocks and refresh, and an event loop that knows every moment in advance."""

    def __init__(self, script: Scenario) -> None:
        self.script = script
        self.time = FakeTime(0.0)
        self.serial = 1
        self.starting = script.starting
        self.taken: list[tuple[int, float]] = []
        self.shown: set[int] = set()
        self.queue = RecordingQueue(lambda: self.serial, lambda p: self.taken.append((cast("int", p.pts), self.time())))
        self.clocks = Clocks(self.time, audio_serial=lambda: 0, video_serial=lambda: self.serial)
        self.clocks.master = script.master
        self.clocks.set_speed(script.speed)
        self.refresh = VideoRefresh(
            self.time,
            self.queue,
            self.clocks,
            serial=lambda: self.serial,
            origin_s=lambda: script.origins.get(self.serial),
            hold=lambda: self.starting,
            untimed=script.untimed,
            framedrop=script.framedrop,
            max_duration=script.max_duration,
            on_shown=lambda picture, _late: self.shown.add(cast("int", picture.pts)),
        )
        self.refresh.set_speed(script.speed)

    def run(self) -> list[Fate]:
        script, coming, commands = self.script, list(range(len(self.script.frames))), list(self.script.commands)
        planned: float | None = None
        while True:
            while coming and script.frames[coming[0]].serial < self.serial:
                coming.pop(0)
            now = self.time()
            arrives = max(now, script.frames[coming[0]].decoded_at) if coming and self.has_room() else math.inf
            asked = commands[0][0] if commands else math.inf
            looks = self.after_stalls(planned)
            moment = min(arrives, asked, looks)
            if moment > script.until:
                return self.trace()
            self.time.advance_to(max(now, moment))
            if asked <= min(arrives, looks):
                self.obey(commands.pop(0))
                planned = self.time()
            elif arrives <= looks:
                place = coming.pop(0)
                assert self.queue.put(self.picture(place))
                planned = self.time() if self.refresh.starved and planned is None else planned
            else:
                planned = self.look()

    def look(self) -> float | None:
        sound = self.script.audio(self.time())
        self.clocks.audio.set(sound, 0)
        wait_s = self.refresh.refresh().wait_s
        return None if wait_s is None else self.time() + wait_s

    def obey(self, command: Command) -> None:
        _, what, value = command
        match what:
            case "pause" | "play":
                self.clocks.set_paused(what == "pause")
                self.refresh.set_paused(what == "pause")
            case "step":
                self.refresh.step(int(value))
            case "speed":
                self.clocks.set_speed(value)
                self.refresh.set_speed(value)
            case "started":
                self.starting = False
            case "seek":
                self.refresh.cancel_steps()
                self.serial += 1
                self.queue.drop_stale()
                self.clocks.set_external(value)

    def has_room(self) -> bool:
        return self.queue.remaining + (self.queue.peek_last() is not None) < ROOM

    def after_stalls(self, moment: float | None) -> float:
        moment = math.inf if moment is None else moment
        for begins, ends in self.script.stalls:
            moment = ends if begins <= moment < ends else moment
        return moment

    def picture(self, place: int) -> Picture:
        frame = self.script.frames[place]
        return Picture(PIXELS, place, Fraction(1), frame.time_s, frame.duration_s, frame.serial, False, "P")

    def trace(self) -> list[Fate]:
        return [("show" if place in self.shown else "drop", place, at) for place, at in self.taken]


def compare(script: Scenario) -> list[Fate]:
    """Asserts that both opinions agree; returns the trace."""
    expected = golden(script)
    found = Rig(script).run()
    assert [fate[:2] for fate in found] == [fate[:2] for fate in expected]
    assert [fate[2] for fate in found] == pytest.approx([fate[2] for fate in expected], abs=1e-6)
    return found


def steady(count: int, fps: float, *, ahead_s: float = 0.0, serial: int = 1, first: int = 0) -> list[Frame]:
    """Pictures at a constant rate, decoded `ahead_s` after one another."""
    return [Frame((first + n) / fps, 1 / fps, n * ahead_s, serial) for n in range(count)]


def running(offset_s: float = 0.0, rate: float = 1.0, begins: float = 0.0) -> Callable[[float], float | None]:
    """Sound that is at `offset_s` at time 0 and known from `begins` on."""
    return lambda now: None if now < begins else offset_s + now * rate


def shows(trace: list[Fate]) -> list[tuple[int, float]]:
    return [(place, at) for what, place, at in trace if what == "show"]


def times(trace: list[Fate]) -> dict[int, float]:
    """When each picture was shown, by its place, in the order of showing."""
    return dict(shows(trace))


@pytest.mark.parametrize("fps", [24.0, 25.0, 30000 / 1001, 60.0])
def test_constant_rates_keep_their_pace(fps: float) -> None:
    trace = compare(Scenario(steady(100, fps), "audio", running()))
    assert times(trace) == pytest.approx({n: n / fps for n in range(100)}, abs=1e-6)


def test_a_variable_rate_is_followed() -> None:
    times = [0.0, 0.04, 0.12, 0.14, 0.18, 0.68, 0.72, 1.0, 1.033, 1.1, 3.6, 3.61]
    frames = [Frame(time_s, 0.04) for time_s in times]
    trace = compare(Scenario(frames, "audio", running()))
    assert [at for _, at in shows(trace)] == pytest.approx(times, abs=1e-6)


@pytest.mark.parametrize("fps", [5.0, 24.0, 25.0, 60.0])
@pytest.mark.parametrize(
    "offset_s", [-12.0, -3.0071, -0.2013, -0.0531, -0.0317, 0.0113, 0.0317, 0.0531, 0.2013, 3.0071, 12.0]
)
def test_sound_that_is_early_or_late_is_met(fps: float, offset_s: float) -> None:
    trace = compare(Scenario(steady(500, fps), "audio", running(offset_s), max_duration=10.0, until=200.0))
    place, at = shows(trace)[-1]
    drift = place / fps - (offset_s + at)
    if abs(offset_s) > 10.0:
        assert drift == pytest.approx(-offset_s, abs=0.01), "clocks of different time lines were pulled together"
    else:
        assert abs(drift) < 0.005


@pytest.mark.parametrize("rate", [0.999, 1.0005, 1.002])
def test_a_card_whose_clock_is_off_is_followed_smoothly(rate: float) -> None:
    trace = compare(Scenario(steady(1000, 25.0), "audio", running(0.0, rate)))
    gaps = [after - before for before, after in itertools.pairwise(at for _, at in shows(trace))]
    assert len(gaps) == 999
    assert max(abs(gap - 0.04) for gap in gaps) < 0.0021, "a picture was doubled or cut short"


def test_a_slow_decoder_costs_pictures_but_not_the_sound() -> None:
    frames = [replace(frame, decoded_at=n * 0.05) for n, frame in enumerate(steady(200, 25.0))]
    for framedrop in ("auto", "on", "off"):
        compare(Scenario(frames, "audio", running(), framedrop=framedrop, until=20.0))


@pytest.mark.parametrize("framedrop", ["auto", "on", "off"])
@pytest.mark.parametrize("master", ["audio", "video", "external"])
def test_a_stall_of_the_decoder_is_caught_up(framedrop: Drop, master: Master) -> None:
    frames = [replace(frame, decoded_at=0.0 if n < 50 else 2.9) for n, frame in enumerate(steady(200, 25.0))]
    script = Scenario(frames, master, running(), framedrop=framedrop)
    trace = compare(script)
    place, at = shows(trace)[-1]
    assert place == 199
    if master == "video":
        assert at == pytest.approx(199 / 25 + 0.9, abs=0.1), "with nothing to follow it goes on where it was"
    else:
        assert abs(place / 25 - at) < 0.005


@pytest.mark.parametrize("framedrop", ["auto", "on", "off"])
@pytest.mark.parametrize("stall", [0.0313, 0.0931, 0.1571, 0.5137, 3.0731])
def test_an_owner_that_is_busy_catches_up(framedrop: Drop, stall: float) -> None:
    script = Scenario(
        steady(200, 25.0), "audio", running(), stalls=[(1.0123, 1.0123 + stall), (4.0079, 4.0079 + stall / 2)]
    )
    trace = compare(replace(script, framedrop=framedrop))
    dropped = [fate for fate in trace if fate[0] == "drop"]
    assert not (framedrop == "off" and dropped)
    place, at = shows(trace)[-1]
    assert abs(place / 25 - at) < 0.005


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0])
def test_other_speeds(speed: float) -> None:
    trace = compare(Scenario(steady(100, 25.0), "audio", running(0.0, speed), speed=speed))
    assert times(trace)[99] == pytest.approx(99 / 25 / speed, abs=1e-6)
    compare(Scenario(steady(100, 25.0), "audio", running(0.3, speed), speed=speed, stalls=[(0.5, 0.9)]))


def test_the_speed_changes_in_mid_play() -> None:
    compare(Scenario(steady(100, 25.0), commands=[(1.01, "speed", 2.0), (1.51, "speed", 0.5)]))


@pytest.mark.parametrize("jump_s", [0.5, 5.0, 1000.0, -0.5, -5.0, -1000.0])
@pytest.mark.parametrize("master", ["audio", "external", "video"])
def test_timestamps_that_jump(jump_s: float, master: Master) -> None:
    frames = steady(25, 25.0)
    frames += [replace(frame, time_s=cast("float", frame.time_s) + jump_s) for frame in steady(50, 25.0, first=25)]
    script = Scenario(frames, master, running(), max_duration=10.0)
    trace = compare(script)
    assert shows(trace)[-1][0] == 74


def test_missing_timestamps_and_durations() -> None:
    lost = {3, 4, 10, 24}
    frames = [replace(f, time_s=None) if n in lost else f for n, f in enumerate(steady(50, 25.0))]
    compare(Scenario(frames, "audio", running()))
    compare(Scenario([replace(frame, duration_s=0.0) for frame in frames], "audio", running()))
    compare(Scenario([Frame(None, 0.04) for _ in range(50)], "audio", running()))
    compare(Scenario([Frame(None, 0.0) for _ in range(10)]))


@pytest.mark.parametrize("framedrop", ["auto", "on", "off"])
@pytest.mark.parametrize("master", ["audio", "video"])
def test_late_pictures_are_dropped_by_the_rule(framedrop: Drop, master: Master) -> None:
    stalls = [(0.501 + n / 2, 0.575 + n / 2) for n in range(5)]
    script = Scenario(steady(200, 50.0), master, running(), framedrop=framedrop, stalls=stalls)
    dropped = [fate for fate in compare(script) if fate[0] == "drop"]
    assert bool(dropped) == (framedrop == "on" or (framedrop == "auto" and master == "audio"))


def test_the_end_of_the_file_is_the_last_picture() -> None:
    trace = compare(Scenario(steady(5, 1.0), "audio", running(), until=30.0))
    assert times(trace) == pytest.approx({n: float(n) for n in range(5)}, abs=1e-6)


def test_a_pause_keeps_what_was_left() -> None:
    def sound(now: float) -> float:
        return now if now < 1.3 else max(1.3, now - 8.7)

    trace = compare(Scenario(steady(10, 1.0), "audio", sound, commands=[(1.3, "pause", 0), (10.0, "play", 0)]))
    assert times(trace)[2] == pytest.approx(10.7, abs=1e-6)


def test_many_pauses_lose_nothing() -> None:
    commands: list[Command] = []
    for n in range(20):
        commands += [(0.25 * n + 0.111, "pause", 0), (0.25 * n + 0.2, "play", 0)]
    trace = compare(Scenario(steady(100, 25.0), commands=commands))
    assert times(trace)[99] == pytest.approx(99 / 25 + 20 * 0.089, abs=1e-6)


def test_steps_are_shown_at_once() -> None:
    commands: list[Command] = [(0.5, "pause", 0), (1.0, "step", 1), (1.0, "step", 2), (1.001, "step", 1)]
    trace = compare(Scenario(steady(20, 1.0), commands=[*commands, (5.0, "play", 0)]))
    assert [times(trace)[n] for n in range(6)] == pytest.approx([0.0, 1.0, 1.0, 1.0, 1.001, 6.0], abs=1e-6)


def test_steps_while_nothing_is_decoded_wait_for_the_decoder() -> None:
    frames = [replace(frame, decoded_at=0.0 if n < 3 else 2.0 + n / 10) for n, frame in enumerate(steady(20, 1.0))]
    commands: list[Command] = [(0.5, "pause", 0), *[(1.0 + n / 100, "step", 1) for n in range(6)], (3.0, "play", 0)]
    trace = compare(Scenario(frames, commands=commands))
    assert [times(trace)[n] for n in range(3, 7)] == pytest.approx([2.3, 2.4, 2.5, 2.6])


def sought(at: float, target_s: float, *, decoded_at: float, fps: float = 25.0, count: int = 50) -> list[Frame]:
    before = steady(200, fps)
    after = [Frame(target_s + n / fps, 1 / fps, decoded_at + n * 0.002, serial=2) for n in range(count)]
    assert decoded_at >= at
    return before + after


def test_a_seek_while_playing_shows_its_picture_at_once() -> None:
    def sound(now: float) -> float | None:
        return now if now < 1.01 else None if now < 1.2 else 60.0 + now - 1.2

    frames = sought(1.01, 60.0, decoded_at=1.1)
    trace = compare(Scenario(frames, "audio", sound, commands=[(1.01, "seek", 60.0)], origins={2: 60.0}))
    assert times(trace)[200] == pytest.approx(1.1, abs=1e-6)
    assert all(place >= 200 for place, at in shows(trace) if at > 1.01)


def test_a_seek_without_sound_is_counted_from_its_picture() -> None:
    frames = sought(1.01, 2.0, decoded_at=1.4)
    trace = compare(Scenario(frames, commands=[(1.01, "seek", 2.0)], origins={2: 2.0}))
    assert times(trace)[249] == pytest.approx(1.4 + 49 / 25, abs=1e-6)


def test_a_seek_while_paused_shows_one_picture() -> None:
    frames = sought(1.01, 60.0, decoded_at=1.1)
    commands: list[Command] = [(0.5, "pause", 0), (1.01, "seek", 60.0), (9.0, "play", 0)]
    trace = compare(Scenario(frames, commands=commands, origins={2: 60.0}))
    shown = {place: at for place, at in shows(trace) if 0.5 < at < 9.05}
    assert shown == pytest.approx({200: 1.1, 201: 9.04}, abs=1e-6)


def test_seek_and_steps_while_paused() -> None:
    frames = sought(1.01, 60.0, decoded_at=1.1)
    commands: list[Command] = [(0.5, "pause", 0), (0.9, "step", 40), (1.01, "seek", 60.0), (1.05, "step", 2)]
    trace = compare(Scenario(frames, commands=[*commands, (9.0, "play", 0)], origins={2: 60.0}))
    assert [place for place, at in shows(trace) if 1.01 < at < 9.0] == [200, 201, 202]


@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_a_first_picture_that_lies_later_is_shown_at_once_and_counted_from_its_time(speed: float) -> None:
    frames = [Frame(0.48 + n / 25, 1 / 25) for n in range(50)]
    trace = compare(Scenario(frames, "audio", running(0.0, speed), speed=speed, origins={1: 0.0}))
    assert shows(trace)[0] == (0, 0.0)
    assert [at for _, at in shows(trace)][1:] == pytest.approx([(0.48 + n / 25) / speed for n in range(1, 50)])


def test_a_later_first_picture_keeps_its_lead_through_a_pause() -> None:
    frames = [Frame(0.6 + n, 1.0, 0.0) for n in range(10)]

    def sound(now: float) -> float:
        return max(0.0, now - 5.0)

    commands: list[Command] = [(0.0, "pause", 0), (5.0, "play", 0)]
    trace = compare(Scenario(frames, "audio", sound, commands=commands, origins={1: 0.0}))
    assert [at for _, at in shows(trace)] == pytest.approx([0.0, *[5.6 + n for n in range(1, 10)]], abs=0.01)


def test_the_first_picture_waits_for_sound_that_is_starting() -> None:
    script = Scenario(steady(50, 25.0), "audio", running(-0.8, begins=0.75), starting=True)
    trace = compare(replace(script, commands=[(0.75, "started", 0)]))
    assert [times(trace)[0], times(trace)[1]] == pytest.approx([0.0, 0.84], abs=1e-6)


def test_untimed_shows_everything_at_once() -> None:
    trace = compare(Scenario(steady(100, 1.0, ahead_s=0.01), "audio", running(50.0), untimed=True))
    assert times(trace) == pytest.approx({n: n * 0.01 for n in range(100)}, abs=1e-6)


moments = st.integers(0, 4000).map(lambda ms: ms / 1000 + 0.00037)
gaps = st.sampled_from([0.0101, 0.0167, 0.0403, 0.0417, 0.0997, 0.1103, 0.5021, 2.0033, -1.0007, 30.0109])
"""Odd numbers: where two moments fall together exactly, rounding may decide either way."""


Hand = tuple[Literal["pause", "play", "speed"], float]
hands: st.SearchStrategy[Hand] = st.sampled_from([("pause", 0.0), ("play", 0.0), ("speed", 2.0), ("speed", 0.5)])


@st.composite
def scripts(draw: st.DrawFn) -> Scenario:
    """Any playback at all: odd timestamps, slow decoders, busy owners, impatient hands."""
    frames: list[Frame] = []
    serials = draw(st.integers(1, 3))
    seeks = sorted(draw(st.lists(moments, min_size=serials - 1, max_size=serials - 1, unique=True)))
    for serial in range(1, serials + 1):
        time_s, decoded = draw(st.integers(0, 50)) * 1.0, 0.0 if serial == 1 else seeks[serial - 2]
        for _ in range(draw(st.integers(0, 12))):
            known = draw(st.integers(0, 9)) > 0
            frames.append(
                Frame(time_s if known else None, draw(st.sampled_from([0.0173, 0.0409, 0.2003])), decoded, serial)
            )
            time_s += draw(gaps)
            decoded += draw(st.sampled_from([0.0, 0.0031, 0.0617, 0.4019]))
    commands: list[Command] = [(at, "seek", 10.0) for at in seeks]
    for at in draw(st.lists(moments, max_size=5, unique=True)):
        what, value = draw(hands)
        commands.append((at, what, value))
    paused_at = draw(st.none() | moments)
    if paused_at is not None:
        commands += [(paused_at, "pause", 0), (paused_at + 0.0001, "step", draw(st.integers(1, 4)))]
    stall = draw(moments)
    offset = draw(st.sampled_from([-15.0, -1.3079, -0.0713, 0.0, 0.0137, 0.3019, 15.0]))
    return Scenario(
        frames,
        draw(st.sampled_from(["audio", "video", "external"])),
        running(offset, draw(st.sampled_from([0.99, 1.0, 1.013]))),
        framedrop=draw(st.sampled_from(["auto", "on", "off"])),
        commands=sorted(commands, key=lambda command: command[0]),
        stalls=[(stall, stall + draw(st.sampled_from([0.01, 0.15, 1.0])))],
        origins={1: 0.0} if draw(st.booleans()) else {},
        max_duration=draw(st.sampled_from([10.0, 3600.0])),
        until=20.0,
    )


@given(scripts())
@settings(max_examples=300)
def test_any_playback_at_all(script: Scenario) -> None:
    compare(script)
