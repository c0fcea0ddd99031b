"""Tracks: chosen at the start, switched while playing, switched off; covers, subtitles, files with one kind only."""

from __future__ import annotations

import pytest

from player.events import EndReached, FirstPicture, OpenFailed, TracksChanged
from player.options import OpenOptions
from player.records import State
from tests.helpers.clips import Clips
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing


def test_the_chosen_track_plays(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("tracks"), OpenOptions(vid=2, aid="fre", sid="fre"))
        playing.until_over()
        assert playing.numbers == list(range(100, 150))
        snapshot = playing.player.snapshot()
        assert (snapshot.vid, snapshot.aid, snapshot.sid) == (2, 2, 2)


def test_a_track_that_is_not_there_is_an_error(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("tracks"), OpenOptions(aid=7))
        over = playing.until_over()
        assert isinstance(over, OpenFailed)
        assert "no audio track 7" in str(over.error)


def test_another_picture_goes_on_where_the_first_was(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        playing.seek(0.8)
        playing.player.select("video", 2)
        playing.until_event(TracksChanged)
        playing.until(lambda: playing.numbers[-1] >= 100)
        playing.until_settled()
        assert playing.numbers[-1] == 120
        assert playing.player.snapshot().vid == 2
        playing.player.cycle("video")
        playing.until_event(TracksChanged)
        playing.until(lambda: playing.numbers[-1] < 100)
        playing.until_settled()
        assert playing.numbers[-1] == 20


def test_switching_while_playing_loses_no_more_than_a_moment(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("tracks"))
        playing.until(lambda: len(playing.shown) >= 10)
        playing.player.select("video", 2)
        playing.until_over()
        second = [number for number in playing.numbers if number >= 100]
        assert second[-1] == 149
        assert 100 <= second[0] <= 125
        assert second == sorted(set(second))


def test_cycling_the_sound_goes_round(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        seen = []
        for _ in range(3):
            playing.player.cycle("audio")
            playing.until_event(TracksChanged)
            playing.until_settled()
            seen.append(playing.player.snapshot().aid)
        assert seen == [2, 1, 2]
        assert playing.number == 0


def test_subtitles_have_an_off_position(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        seen = [playing.player.snapshot().sid]
        for _ in range(3):
            playing.player.cycle("subtitle")
            playing.until_event(TracksChanged)
            seen.append(playing.player.snapshot().sid)
        assert seen == [1, 2, None, 1]


def words(playing: Playing) -> list[str]:
    return [cue.text for cue in playing.player.snapshot().cues]


@pytest.mark.parametrize(
    ("position_s", "expected"), [(0.12, []), (0.4, ["Good morning"]), (0.88, []), (1.2, ["Good night"]), (1.8, [])]
)
def test_cues_are_due_at_their_time(clips: Clips, position_s: float, expected: list[str]) -> None:
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        playing.seek(position_s)
        if expected:
            playing.until(lambda: words(playing) == expected)
        playing.pass_time(0.03)
        assert words(playing) == expected


def test_cues_come_and_go_while_playing(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("tracks"), OpenOptions(audio=False))
        heard: dict[str, list[float]] = {}
        while playing.until_next():
            position = playing.player.snapshot().position_s
            assert position is not None
            for text in words(playing):
                heard.setdefault(text, []).append(position)
        assert list(heard) == ["Good morning", "Good night"]
        assert heard["Good morning"] == pytest.approx([n * 0.04 for n in range(5, 20)])
        assert heard["Good night"] == pytest.approx([n * 0.04 for n in range(25, 40)])


def test_another_language_is_there_at_once(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("tracks"))
        playing.seek(0.4)
        playing.until(lambda: words(playing) == ["Good morning"])
        playing.player.select("subtitle", 2)
        playing.until(lambda: words(playing) == ["Bonjour"])
        playing.player.select("subtitle", None)
        playing.until(lambda: not words(playing))


def test_a_picture_can_be_switched_off_and_on(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("tracks"))
        playing.until(lambda: len(playing.shown) >= 5)
        playing.player.select("video", None)
        playing.until(lambda: playing.player.snapshot().vid is None)
        playing.until(lambda: playing.last.picture is None)
        playing.player.select("video", 1)
        playing.until(lambda: playing.last.picture is not None)
        playing.until_over()
        assert playing.numbers[-1] == 49


def test_sound_can_be_switched_off_and_on(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("tracks"))
        playing.until(lambda: len(playing.shown) >= 5)
        playing.player.select("audio", None)
        playing.until(lambda: playing.player.snapshot().aid is None)
        playing.until(lambda: len(playing.shown) >= 15)
        playing.player.select("audio", 2)
        playing.until(lambda: playing.player.snapshot().aid == 2)
        playing.until_over()
        assert playing.numbers[-1] == 49


def test_sound_alone_plays_to_its_end(clips: Clips) -> None:
    with Playing() as playing:
        playing.player.set_speed(4.0)
        playing.open(clips("audio_only"))
        positions: list[float] = []
        playing.until_event(FirstPicture)
        while not playing.events_of(EndReached):
            playing.pass_time(0.05)
            position = playing.player.snapshot().position_s
            if position is not None:
                positions.append(position)
        assert positions == sorted(positions)
        assert positions[-1] == pytest.approx(2.0, abs=0.1)
        assert not playing.shown
        assert playing.player.snapshot().vid is None


def test_sound_stands_still_at_its_end(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("audio_only"))
        playing.until_over()
        playing.pass_time(0.3)
        assert playing.player.snapshot().position_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", ["audio_only", "cover_flac"])
def test_sound_alone_that_is_paused_stands_where_it_was_sought_to(clips: Clips, name: str) -> None:
    with Playing() as playing:
        playing.open(clips(name), OpenOptions(paused=True))
        playing.until(lambda: playing.player.snapshot().position_s == pytest.approx(0.0, abs=0.05))
        playing.seek(1.25)
        playing.pass_time(0.1)
        assert playing.player.snapshot().position_s == pytest.approx(1.25, abs=0.01)
        playing.player.seek_by(-0.5)
        playing.until_settled()
        playing.pass_time(0.1)
        assert playing.player.snapshot().position_s == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("name", ["cover_flac", "cover_mp3", "cover_m4a"])
def test_a_cover_is_shown_and_does_not_lead(clips: Clips, name: str) -> None:
    with Playing() as playing:
        playing.player.set_speed(4.0)
        playing.open(clips(name))
        playing.until_over()
        assert playing.numbers == [77]
        position = playing.player.snapshot().position_s
        assert position is not None
        assert position == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", ["cfr", "tracks", "bframes"])
def test_without_sound_the_picture_leads(clips: Clips, name: str) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips(name), OpenOptions(audio=False))
        playing.until_over()
        assert playing.numbers == list(range(50))
        snapshot = playing.player.snapshot()
        assert snapshot.aid is None
        assert snapshot.audio_device == ""


def test_without_the_picture_the_sound_plays(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"), OpenOptions(video=False))
        playing.until_over()
        assert not playing.shown
        assert playing.player.snapshot().state is State.ENDED


def test_with_everything_switched_off_there_is_nothing_to_play(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"), OpenOptions(video=False, audio=False))
        over = playing.until_over()
        assert isinstance(over, OpenFailed)
        assert "nothing left to play" in str(over.error)


def test_a_change_of_size_in_mid_stream_reaches_the_screen(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("resize"))
        playing.until_over()
        assert [shown.size for shown in playing.shown] == [(160, 120)] * 25 + [(240, 180)] * 25
        assert playing.numbers == list(range(50))
