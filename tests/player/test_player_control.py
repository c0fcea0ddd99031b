"""Run control of an opened file: pause, step, speed, the end, loops, and playing only a part."""

from __future__ import annotations

import time

import pytest

from player.events import EndReached, FirstPicture
from player.options import OpenOptions
from player.records import State
from tests.helpers.clips import Clips
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

FRAME_S = 0.04


def test_pictures_come_when_they_are_due(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"))
        playing.until_over()
        assert playing.numbers == list(range(50))
        gaps = [after.at - before.at for before, after in zip(playing.shown, playing.shown[1:], strict=False)]
        assert gaps == pytest.approx([FRAME_S] * 49, abs=1e-6)


def test_each_picture_of_a_variable_rate_has_its_own_time(clips: Clips) -> None:
    clip = clips("vfr")
    with Playing(fake=FakeTime()) as playing:
        playing.open(clip, OpenOptions(audio=False))
        playing.until_over()
        began = playing.shown[0].at
        assert [shown.at - began for shown in playing.shown] == pytest.approx(list(clip.times_s), abs=1e-4)


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0])
def test_speed_divides_every_wait(clips: Clips, speed: float) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.player.set_speed(speed)
        playing.open(clips("video_only"))
        playing.until_over()
        assert playing.numbers == list(range(50))
        assert playing.shown[-1].at - playing.shown[0].at == pytest.approx(49 * FRAME_S / speed, abs=1e-6)


def test_the_last_picture_has_its_full_time_before_the_end(clips: Clips) -> None:
    fake = FakeTime()
    with Playing(fake=fake) as playing:
        playing.open(clips("slideshow"))
        playing.until_over()
        assert playing.numbers == [0, 1, 2, 3, 4]
        assert fake() - playing.shown[-1].at == pytest.approx(1.0, abs=1e-6)


def test_a_pause_keeps_what_was_left_of_a_picture(clips: Clips) -> None:
    fake = FakeTime()
    with Playing(fake=fake) as playing:
        playing.open(clips("slideshow"))
        playing.until(lambda: playing.numbers == [0, 1])
        second_at = playing.shown[-1].at
        playing.pass_time(0.3)
        playing.player.pause()
        playing.pass_time(100.0)
        assert playing.numbers == [0, 1]
        playing.player.play()
        playing.until(lambda: playing.numbers == [0, 1, 2])
        assert playing.shown[-1].at - second_at == pytest.approx(101.0, abs=1e-6)


def test_nothing_moves_while_paused(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"))
        playing.until(lambda: len(playing.shown) >= 5)
        playing.player.pause()
        playing.until(lambda: playing.last.wait_s is None)  # a moment later it is ready for steps
        before = (len(playing.shown), playing.player.snapshot().position_s)
        look = playing.look()
        assert look.wait_s is None, "a paused player must not poll"
        playing.pass_time(0.3)
        assert (len(playing.shown), playing.player.snapshot().position_s) == before


def test_a_file_opened_paused_shows_its_first_picture_alone(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        playing.pass_time(0.15)
        assert playing.numbers == [0]
        assert playing.player.snapshot().position_s == pytest.approx(0.0, abs=1e-6)


def test_a_step_shows_the_next_picture_at_once(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("slideshow"))
        playing.pass_time(0.05)  # the decoder is ahead by now
        asked = time.monotonic()
        playing.player.step()
        playing.until(lambda: playing.numbers == [0, 1])
        assert time.monotonic() - asked < 0.5, "a step waited out the time of a picture"
        assert playing.player.paused


def test_a_step_needs_no_time_at_all(clips: Clips) -> None:
    fake = FakeTime()
    with Playing(fake=fake) as playing:
        playing.open_paused(clips("video_only"))
        asked = fake()
        for number in range(1, 20):
            playing.player.step()
            playing.until_shown(number + 1)
        assert fake() == asked
        assert playing.numbers == list(range(20))


def test_presses_add_up(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open_paused(clips("video_only"))
        playing.player.step(7)
        playing.player.step()
        playing.player.step()
        playing.until(lambda: len(playing.shown) == 10)
        playing.pass_time(0.2)
        assert playing.numbers == list(range(10))


def test_a_step_while_playing_pauses_and_shows_the_next(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"))
        playing.until(lambda: len(playing.shown) == 5)
        playing.player.step()
        playing.until(lambda: len(playing.shown) == 6)
        playing.pass_time(1.0)
        assert playing.numbers == [0, 1, 2, 3, 4, 5]
        assert playing.player.paused


def test_steps_on_top_of_a_seek_count_from_its_target(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        playing.player.seek(4.0)  # picture 200
        playing.player.step()
        playing.player.step(2)
        playing.until(lambda: playing.numbers[-1] >= 203)
        playing.pass_time(0.1)
        assert playing.numbers[-1] == 203


def test_a_seek_forgets_the_steps_before_it(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        playing.player.step(100)
        playing.player.seek(1.0)
        playing.until_settled()
        playing.pass_time(0.1)
        assert playing.numbers[-1] == 50


def test_steps_at_the_end_are_forgotten(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("video_only"))
        playing.seek(48 * FRAME_S)
        playing.player.step(5)
        playing.until(lambda: playing.numbers[-1] == 49)
        playing.pass_time(0.1)
        playing.seek(1.0)
        playing.pass_time(0.1)
        assert playing.numbers[-1] == 25


def test_playing_goes_on_after_steps_where_the_picture_is(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open_paused(clips("video_only"))
        playing.player.step(10)
        playing.until(lambda: playing.numbers[-1] == 10)
        playing.player.play()
        playing.until_over()
        assert playing.numbers == list(range(50))
        gaps = [after.at - before.at for before, after in zip(playing.shown[10:], playing.shown[11:], strict=False)]
        assert gaps == pytest.approx([FRAME_S] * 39, abs=1e-6)


def test_a_jump_in_the_timestamps_costs_no_time(clips: Clips) -> None:
    for name in ("jump", "jump_back"):
        clip = clips(name)
        with Playing(fake=FakeTime()) as playing:
            playing.open(clip)
            playing.until_over()
            assert playing.numbers == list(clip.numbers)
            assert playing.shown[-1].at - playing.shown[0].at == pytest.approx(49 * FRAME_S, abs=0.01)


def test_the_end_then_play_starts_again(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("slideshow"))
        playing.until_over()
        assert playing.player.snapshot().state is State.ENDED
        playing.player.play()
        assert playing.player.snapshot().state is State.READY
        playing.until_over()
        assert playing.numbers == [0, 1, 2, 3, 4] * 2
        playing.player.toggle_pause()
        playing.until_over()
        assert playing.numbers == [0, 1, 2, 3, 4] * 3


def test_the_end_then_seek_goes_on_from_there(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("slideshow"))
        playing.until_over()
        playing.player.seek(3.0)
        playing.until_over()
        assert playing.numbers == [0, 1, 2, 3, 4, 3, 4]
        assert len(playing.events_of(EndReached)) == 2


@pytest.mark.parametrize("loop", [1, 2, 3])
def test_a_loop_plays_so_often(clips: Clips, loop: int) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("slideshow"), OpenOptions(loop=loop))
        playing.until_over()
        assert playing.numbers == [0, 1, 2, 3, 4] * loop
        assert len(playing.events_of(EndReached)) == 1


def test_an_endless_loop_goes_on(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("slideshow"), OpenOptions(loop=0))
        playing.until(lambda: len(playing.shown) == 22)
        assert playing.numbers == ([0, 1, 2, 3, 4] * 5)[:22]
        assert not playing.events_of(EndReached)


@pytest.mark.parametrize("name", ["cfr", "bframes", "bpyramid", "nonzero_start"])
def test_a_part_begins_and_ends_exactly(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing(untimed=True) as playing:
        playing.open(clip)
        playing.until_event(FirstPicture)
        info = playing.player.info
        assert info is not None
        first_time = clip.times_s[0]
        assert first_time is not None
        lead = first_time - info.start_s  # the sound may begin before the picture
        playing.player.close()
        playing.shown.clear()
        playing.open(clip, OpenOptions(start_s=10 * FRAME_S + lead, length_s=15 * FRAME_S))
        playing.until_over()
        assert playing.numbers == list(clip.numbers[10:25])


def test_the_end_of_a_part_is_a_seekable_end(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"), OpenOptions(start_s=0.4, length_s=0.2, loop=2))
        playing.until_over()
        assert playing.numbers == [10, 11, 12, 13, 14] * 2
        playing.player.seek(0.48)
        playing.until_over()
        assert playing.numbers[10:] == [12, 13, 14]


def test_the_report_counts_what_was_shown(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"))
        playing.until_over()
        report = playing.player.report()
        assert report["shown"] == 50
        assert (report["dropped_early"], report["dropped_late"]) == (0, 0)
        late = report["late_ms"]
        assert isinstance(late, dict)
        assert late["max"] == pytest.approx(0.0, abs=1e-3)
        assert playing.player.snapshot().position_s == pytest.approx(49 * FRAME_S)
