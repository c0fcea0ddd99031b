"""Whoever watches is told of every picture before it is shown, and of all that makes other pictures of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from player.events import EndReached
from player.options import OpenOptions
from player.records import NOT_COUNTED, Picture
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from tests.helpers.clips import Clips

SILENT = OpenOptions(audio=False)
PAUSED = OpenOptions(audio=False, paused=True)


class Watcher:
    def __init__(self) -> None:
        self.came: list[Picture] = []
        self.threads: set[str] = set()
        self.serial = 0
        self.index: FrameIndex | None = None
        self.speed = 0.0
        self.open = True
        self.waited_for: list[int | None] = []
        self.wakeup: Callable[[], None] | None = None

    def listen(self, wakeup: Callable[[], None]) -> None:
        self.wakeup = wakeup

    def set_speed(self, speed: float) -> None:
        self.speed = speed

    def since(self, serial: int) -> None:
        self.serial = max(self.serial, serial)

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        if serial >= self.serial:
            self.index = index

    def coming(self, picture: Picture) -> None:
        self.came.append(picture)
        self.threads.add(threading.current_thread().name)

    def is_ready(self, picture: Picture) -> bool:
        return self.open

    def wait_for(self, picture: Picture) -> None:
        self.waited_for.append(picture.pts)

    def report(self) -> dict[str, object]:
        return {"model": "watcher", "infer_ms": {"p50": 1.0}}


def test_every_picture_is_told_before_it_is_shown(clips: Clips) -> None:
    watcher = Watcher()
    clip = clips("bframes")
    with Playing(fake=FakeTime()) as playing:
        playing.player.set_watch(watcher)
        playing.open(clip, SILENT)
        while playing.until_next():
            shown = playing.last.picture
            assert shown is not None
            assert any(picture.frame is shown.frame for picture in watcher.came)
        assert [picture.pts for picture in watcher.came] == list(clip.pts or ())
        assert watcher.threads == {"decode-video"}
        assert all(picture.prepared is None for picture in watcher.came)
        report = playing.player.report()
        assert report["inference"] == watcher.report()
        stages = report["per_picture_ms"]
        assert isinstance(stages, dict)
        assert stages["infer"] == {"p50": 1.0}


def test_with_nobody_watching_the_report_has_no_such_part(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        report = playing.player.report()
        assert "inference" not in report


def test_no_two_files_have_the_same_serials(clips: Clips) -> None:
    watcher = Watcher()
    with Playing(fake=FakeTime()) as playing:
        playing.player.set_watch(watcher)
        last = 0
        for name in ("cfr", "video_only"):
            playing.open_paused(clips(name), PAUSED)
            playing.player.seek(1.0)
            playing.until_settled()
            picture = playing.last.picture
            assert picture is not None
            assert last < watcher.serial <= picture.serial
            last = picture.serial


def test_another_track_and_other_filters_are_other_pictures(clips: Clips) -> None:
    watcher = Watcher()
    with Playing(fake=FakeTime()) as playing:
        playing.player.set_watch(watcher)
        playing.open_paused(clips("tracks"), PAUSED)

        def change(act: Callable[[], None]) -> None:
            before = playing.last.picture
            assert before is not None
            act()
            playing.until(lambda: playing.last.picture is not None and playing.last.picture.serial > before.serial)
            playing.until_settled()
            assert before.serial < watcher.serial

        change(lambda: playing.player.select("video", 2))
        change(lambda: playing.player.set_filters("hflip", None))
        change(lambda: playing.player.set_filters(None, None))
        serial = watcher.serial
        playing.player.set_filters(None, "volume=0.5")
        playing.until_settled()
        playing.seek(0.5)
        assert watcher.serial == serial, "sound is no picture, and a seek makes no others"


def test_who_comes_later_is_told_what_holds(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open_paused(clips("cfr"), PAUSED)
        playing.player.set_speed(2.0)
        playing.until(lambda: playing.player.snapshot().frame_final)
        watcher = Watcher()
        playing.player.set_watch(watcher)
        assert watcher.speed == 2.0
        assert watcher.serial > 0
        assert watcher.index is playing.player.index
        assert watcher.index is not None
        playing.player.set_filters("hflip", None)
        playing.until(lambda: watcher.index is None)


def test_who_holds_a_picture_back_lets_it_go_by_a_wakeup(clips: Clips) -> None:
    watcher = Watcher()
    watcher.open = False
    with Playing() as playing:
        playing.player.set_watch(watcher)
        playing.open(clips("video_only"), SILENT)
        playing.until(lambda: watcher.waited_for == [0])
        assert playing.last.picture is None
        watcher.open = True
        assert watcher.wakeup is not None
        watcher.wakeup()
        playing.until_shown(2)
        watcher.open = False
        playing.pass_time(0.1)
        shown = len(playing.shown)
        playing.player.set_watch(None)
        playing.until_event(EndReached)
        assert len(playing.shown) > shown


def test_a_picture_that_was_read_by_its_number_has_no_place_in_a_decoding(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open_paused(clips("no_pts"), PAUSED)
        playing.until(lambda: playing.player.snapshot().frame_final)
        playing.player.go_to_frame(20)
        playing.until(lambda: playing.player.snapshot().frame == 20)
        picture = playing.last.picture
        assert picture is not None
        assert picture.order == NOT_COUNTED
