"""What is played again: a section to the picture and the sample, the file so often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.cut import Cut
from player.rounds import Rounds
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

ORIGIN_S = 10.0


def rounds(plays: int = 1) -> tuple[Rounds, Cut, FakeTime]:
    cut, time = Cut(ORIGIN_S), FakeTime(0.0)
    return Rounds(cut, ORIGIN_S, plays, time), cut, time


def test_the_points_make_a_section_in_either_order() -> None:
    made, _, _ = rounds()
    made.set_points(3.0, None)
    assert made.section is None
    made.set_points(3.0, 3.01)
    assert made.section is None, "there is nothing between them"
    made.set_points(3.0, 1.0)
    assert made.section == (11.0, 13.0)


def test_behind_the_files_end_there_is_nothing_to_play_again() -> None:
    made = Rounds(Cut(ORIGIN_S), ORIGIN_S, 1, FakeTime(0.0), duration_s=5.0)
    made.set_points(4.0, 9.0)
    assert made.section == (14.0, 19.0), "up to the file's end"
    made.set_points(5.0, 9.0)
    assert made.section is None


def test_the_end_holds_for_who_comes_from_before_it_and_plays() -> None:
    made, cut, _ = rounds()
    made.set_points(1.0, 3.0)
    made.aim(12.0, paused=False)
    assert (made.holds, cut.end_s()) == (True, 13.0)
    made.aim(13.0, paused=False)
    assert (made.holds, cut.end_s()) == (False, None), "behind it the file goes on"
    made.aim(12.0, paused=True)
    assert not made.holds, "steps go where they like"


def test_what_ends_first_is_the_end() -> None:
    made, cut, _ = rounds()
    cut.last_s = 12.0
    made.set_points(1.0, 3.0)
    made.aim(11.0, paused=False)
    assert cut.end_s() == 12.0


def test_where_to_go_when_it_is_set_left_and_taken_away() -> None:
    made, _, _ = rounds()
    made.set_points(1.0, 3.0)
    assert made.entry(12.0, resumes=False) == 12.0
    made.aim(12.0, paused=False)
    assert made.entry(12.5, resumes=True) is None, "it holds: nothing is to be done"
    assert made.entry(14.0, resumes=True) is None, "it was left"
    made.set_points(1.0, 4.0)
    assert made.entry(14.0, resumes=True) == 11.0, "its end was set here"
    made.set_points(None, None)
    assert made.entry(12.0, resumes=False) == 12.0, "what was not read is read now"


def test_rounds_are_counted_and_a_section_goes_on_for_ever() -> None:
    made, cut, time = rounds(plays=2)
    made.set_points(1.0, 3.0)
    made.aim(11.0, paused=False)
    for _ in range(3):
        time.advance(2.0)
        assert made.next_start() == 11.0
    cut.turn_s = None
    assert [made.next_start(), made.next_start()] == [ORIGIN_S, None]
    made.set_plays(0)
    assert made.next_start() == ORIGIN_S
    assert made.left is None


def test_a_section_without_anything_in_it_is_given_up() -> None:
    made, _, _ = rounds()
    made.set_points(1.0, 3.0)
    made.aim(11.0, paused=False)
    assert made.next_start() == 11.0
    assert made.next_start() is None
    assert made.points == (None, None)


def test_a_section_is_played_to_the_picture(clips: Clips) -> None:
    """25 a second: pictures 10 to 19, again and again, none more and none less; and then on when it is taken away."""
    with Playing(fake=FakeTime(0.0)) as playing:
        playing.player.open(str(clips("video_only").path))
        playing.player.set_section(0.4, 0.8)
        playing.until(lambda: playing.numbers.count(19) == 4)
        end = playing.numbers.index(19) + 1
        assert playing.numbers[end - 20 :] == [*range(20), *range(10, 20), *range(10, 20), *range(10, 20)]
        before = len(playing.shown)
        playing.player.set_section(None, None)
        playing.until_over()
        last = playing.numbers[before:]
        assert last == list(range(last[0], len(clips("video_only").numbers)))


def test_behind_its_end_the_file_goes_on(clips: Clips) -> None:
    with Playing(fake=FakeTime(0.0)) as playing:
        playing.player.open(str(clips("video_only").path))
        playing.player.set_section(0.4, 0.8)
        playing.until_shown(1)
        playing.player.seek(1.0)
        playing.until_over()
        assert playing.numbers[-1] == len(clips("video_only").numbers) - 1


def test_set_while_paused_it_waits_until_playing_goes_on(clips: Clips) -> None:
    with Playing(fake=FakeTime(0.0)) as playing:
        playing.player.open(str(clips("video_only").path))
        playing.until_shown(1)
        playing.player.pause()
        playing.player.seek(1.0)
        playing.until(lambda: playing.number == 25)
        playing.player.set_section(0.4, 1.0)
        playing.look()
        assert playing.number == 25, "the picture stays while it is looked at"
        before = len(playing.shown)
        playing.player.play()
        playing.until(lambda: 10 in playing.numbers[before:])
        begun = playing.numbers.index(10, before)
        assert begun - before <= 2, "what was queued may be seen until the seek is under way"
        playing.until_shown(begun + 20)
        assert playing.numbers[begun : begun + 20] == [*range(10, 25), *range(10, 15)]


def test_the_file_is_played_so_often(clips: Clips) -> None:
    clip = clips("video_only")
    with Playing(untimed=True) as playing:
        playing.player.open(str(clip.path))
        playing.player.set_plays(3)
        playing.until_shown(1)
        assert playing.player.snapshot().rounds_left == 2
        playing.until_over()
        assert playing.numbers == list(range(len(clip.numbers))) * 3
        assert playing.player.snapshot().rounds_left == 0
