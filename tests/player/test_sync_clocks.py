"""Which clock leads, and how the external one follows."""

from __future__ import annotations

import pytest

from player.sync.clocks import Clocks, Master, choose_master
from player.sync.target_delay import NO_SYNC
from tests.helpers.fake_time import FakeTime


@pytest.mark.parametrize(
    ("wanted", "has_audio", "has_video", "master"),
    [
        ("audio", True, True, "audio"),
        ("audio", True, False, "audio"),
        ("audio", False, True, "external"),
        ("audio", False, False, "external"),
        ("video", True, True, "video"),
        ("video", False, True, "video"),
        ("video", True, False, "audio"),
        ("video", False, False, "external"),
        ("external", True, True, "external"),
        ("external", False, True, "external"),
    ],
)
def test_the_master_falls_back_to_what_there_is(
    wanted: Master, has_audio: bool, has_video: bool, master: Master
) -> None:
    assert choose_master(wanted, has_audio=has_audio, has_video=has_video) == master


class Rig:
    def __init__(self) -> None:
        self.time = FakeTime()
        self.audio_serial = self.video_serial = 1
        self.clocks = Clocks(self.time, audio_serial=lambda: self.audio_serial, video_serial=lambda: self.video_serial)


def test_the_master_is_the_chosen_clock() -> None:
    rig = Rig()
    now = rig.time()
    rig.clocks.set_external(1.0)
    rig.clocks.set_audio(2.0, 1, now)
    rig.clocks.set_video(3.0, 1, now)
    found: list[float | None] = []
    masters: tuple[Master, ...] = ("external", "audio", "video")
    for master in masters:
        rig.clocks.master = master
        found.append(rig.clocks.master_s())
    assert found == [1.0, 2.0, 3.0]


def test_a_seek_silences_audio_and_video_but_not_the_external_clock() -> None:
    rig = Rig()
    rig.clocks.set_audio(2.0, 1, rig.time())
    rig.clocks.set_video(2.0, 1, rig.time())
    rig.audio_serial = rig.video_serial = 2
    assert rig.clocks.audio_s() is None
    assert rig.clocks.video_s() is None
    assert rig.clocks.external_s() == 2.0
    rig.clocks.set_external(70.0)
    assert rig.clocks.external_s() == 70.0


@pytest.mark.parametrize("kind", ["audio", "video"])
@pytest.mark.parametrize(("off_s", "follows"), [(0.0, False), (9.9, False), (-9.9, False), (10.1, True), (-10.1, True)])
def test_the_external_clock_follows_only_what_is_far_off(kind: str, off_s: float, follows: bool) -> None:
    assert NO_SYNC == 10.0
    rig = Rig()
    rig.clocks.set_external(50.0)
    set_clock = rig.clocks.set_audio if kind == "audio" else rig.clocks.set_video
    set_clock(50.0 + off_s, 1, rig.time())
    assert rig.clocks.external_s() == pytest.approx(50.0 + off_s if follows else 50.0)


def test_a_stale_clock_leads_nobody() -> None:
    rig = Rig()
    rig.clocks.set_external(50.0)
    rig.clocks.set_audio(500.0, 0, rig.time())
    assert rig.clocks.external_s() == 50.0


def test_pause_and_speed_reach_all_three() -> None:
    rig = Rig()
    for set_clock in (rig.clocks.set_audio, rig.clocks.set_video):
        set_clock(1.0, 1, rig.time())
    rig.clocks.set_speed(2.0)
    rig.time.advance(1.0)
    rig.clocks.set_paused(True)
    rig.time.advance(5.0)
    assert [rig.clocks.audio_s(), rig.clocks.video_s(), rig.clocks.external_s()] == pytest.approx([3.0, 3.0, 3.0])
