"""Filters in a playing player: on the screen, in the sound, across seeks and changes, and when they fail."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from player.errors import UsageError
from player.events import EndReached, FirstPicture, OpenFailed, Warned
from player.options import OpenOptions
from player.records import UPRIGHT, Orientation, Picture, State
from tests.helpers.fake_sink import PERIOD_S, FakeSink, Sound
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import UNREADABLE, Playing, number_of

if TYPE_CHECKING:
    from player.audio.sink import AudioRequest
    from tests.helpers.clips import Clips


class Kept:
    """A `prepare` that keeps what is told of every picture, in the order they were queued."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.aspects: list[Fraction] = []
        self.orientations: list[Orientation] = []
        self.times: list[float | None] = []
        self.bases: list[Fraction] = []

    def __call__(self, picture: Picture) -> None:
        self.sizes.append(picture.display_size)
        self.aspects.append(picture.sample_aspect)
        self.orientations.append(picture.orientation)
        self.times.append(picture.time_s)
        self.bases.append(picture.time_base)


def play(clips: Clips, name: str, options: OpenOptions) -> tuple[Playing, Kept]:
    """Plays a clip to its end, with no clock."""
    kept = Kept()
    with Playing(untimed=True, prepare=kept) as playing:
        playing.open(clips(name), options)
        assert isinstance(playing.until_over(), EndReached), playing.describe()
    return playing, kept


@pytest.mark.parametrize(
    "name", ["cfr", "bframes", "vfr", "edit_list", "nonzero_start", "missing_pts", "no_pts", "jump_back", "damaged_end"]
)
def test_a_filter_that_changes_nothing_leaves_every_picture_its_key(clips: Clips, name: str) -> None:
    plain, _ = play(clips, name, OpenOptions())
    filtered, _ = play(clips, name, OpenOptions(vf="null", af="anull"))
    assert [(shown.number, shown.pts) for shown in filtered.shown] == [
        (shown.number, shown.pts) for shown in plain.shown
    ]
    assert [shown.time_s for shown in filtered.shown] == pytest.approx([shown.time_s for shown in plain.shown])


def test_pictures_are_filtered(clips: Clips) -> None:
    playing, kept = play(clips, "cfr", OpenOptions(vf="scale=80:60,hflip,hflip"))
    assert playing.numbers == list(range(50))
    assert set(kept.sizes) == {(80, 60)}


def test_times_that_a_filter_makes_come_with_its_time_base(clips: Clips) -> None:
    playing, kept = play(clips, "cfr", OpenOptions(vf="fps=10"))
    assert [shown.pts for shown in playing.shown] == list(range(20))
    assert set(kept.bases) == {Fraction(1, 10)}
    assert kept.times == pytest.approx([n / 10 for n in range(20)])


def test_what_is_inside_at_the_end_is_shown(clips: Clips) -> None:
    assert play(clips, "cfr", OpenOptions(vf="reverse"))[0].numbers == list(reversed(range(50)))


def test_fields_become_pictures(clips: Clips) -> None:
    playing, kept = play(clips, "interlaced", OpenOptions(vf="yadif=1"))
    assert playing.numbers == [n // 2 for n in range(50)]
    assert np.diff(np.array(kept.times, float)) == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("name", "graph", "size"),
    [
        ("rotated", "null", (120, 160)),
        ("rotated", "scale=80:60", (60, 80)),
        ("rotated", "transpose=1", (160, 120)),
        ("rotated", "sidedata=mode=delete:type=DISPLAYMATRIX", (160, 120)),
        ("sample_aspect", "null", (213, 120)),
        ("sample_aspect", "setsar=1", (160, 120)),
        ("sample_aspect", "transpose=1", (120, 213)),
        ("sample_aspect", "scale=320:120", (320, 180)),
    ],
)
def test_rotation_and_aspect_follow_the_filters(clips: Clips, name: str, graph: str, size: tuple[int, int]) -> None:
    assert set(play(clips, name, OpenOptions(vf=graph))[1].sizes) == {size}


def test_a_mirrored_picture_stays_mirrored(clips: Clips) -> None:
    plain = set(play(clips, "mirrored", OpenOptions())[1].orientations)
    assert plain == set(play(clips, "mirrored", OpenOptions(vf="null"))[1].orientations) != {UPRIGHT}


def test_a_cover_is_filtered(clips: Clips) -> None:
    playing, kept = play(clips, "cover_flac", OpenOptions(vf="scale=80:60"))
    assert (playing.numbers, kept.sizes) == ([77], [(80, 60)])


def test_a_change_of_size_makes_a_new_graph(clips: Clips) -> None:
    playing, kept = play(clips, "resize", OpenOptions(vf="scale=iw/2:ih"))
    assert playing.numbers == list(range(50))
    assert [shown.size for shown in playing.shown] == [(80, 120)] * 25 + [(120, 180)] * 25
    assert kept.sizes == [(160, 120)] * 25 + [(240, 180)] * 25
    assert set(kept.aspects) == {Fraction(2)}


def test_length_counts_before_and_after_the_filters(clips: Clips) -> None:
    playing, _ = play(clips, "cfr", OpenOptions(vf="yadif", length_s=0.4))
    assert playing.numbers == list(range(10))
    assert len(play(clips, "cfr", OpenOptions(vf="fps=50", length_s=0.4))[0].shown) == 20


@pytest.mark.parametrize("graph", ["trim=end_frame=5", "select=lt(n\\,5)"])
def test_a_filter_may_end_the_pictures_early(clips: Clips, graph: str) -> None:
    assert play(clips, "cfr", OpenOptions(vf=graph))[0].numbers == list(range(5))


def test_a_filter_without_an_end_is_cut_off_by_closing(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"), OpenOptions(vf="loop=loop=-1:size=5"))
        playing.until_shown(80)
        assert playing.numbers == [n % 5 for n in range(80)]
        playing.seek(1.0)
        playing.until_shown(90)


# Seeks.


@pytest.mark.parametrize("graph", ["null", "hflip,hflip", "yadif", "scale=80:60"])
def test_an_exact_seek_lands_on_the_same_picture(clips: Clips, graph: str) -> None:
    with Playing() as playing:
        playing.open_paused(clips("bframes"), OpenOptions(paused=True, vf=graph))
        for number in (31, 7, 48, 0):
            playing.seek(number * 0.04)
            assert playing.number == number
        playing.seek(99.0)
        assert playing.number == 49


def test_behind_the_end_the_last_filtered_picture_is_shown(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("bframes"), OpenOptions(paused=True, vf="fps=10"))
        playing.seek(99.0)
        assert playing.last.picture is not None
        assert playing.last.picture.time_s == pytest.approx(1.9, abs=0.11)


def test_steps_count_filtered_pictures(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("interlaced"), OpenOptions(paused=True, vf="yadif=1"))
        for _ in range(4):
            playing.player.step()
            playing.until_next()
        assert playing.numbers == [0, 0, 1, 1, 2]


# Changing them.


def test_filters_change_at_once_while_paused(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        playing.seek(0.8)
        at = playing.last.picture
        assert at is not None
        for graph, size in (("scale=80:60", (80, 60)), ("scale=320:240", (320, 240)), (None, (160, 120))):
            playing.player.set_filters(graph, None)
            playing.until_settled()
            picture = playing.last.picture
            assert picture is not None
            assert (picture.coded_size, picture.pts, number_of(picture)) == (size, at.pts, 20)
            assert playing.player.snapshot().vf == (graph or "")
        assert playing.player.paused


def test_filters_change_while_playing(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("video_only"))
        playing.until_shown(10)
        playing.player.set_filters("scale=80:60", "")
        playing.until_over()
        sizes = [shown.size for shown in playing.shown]
        changed = sizes.index((80, 60))
        assert set(sizes[changed:]) == {(80, 60)}
        assert playing.numbers[:changed] == list(range(changed))
        assert playing.numbers[changed:] == list(range(9, 50))  # the picture that was on screen comes again


def test_filters_asked_for_while_the_file_opens(clips: Clips) -> None:
    with Playing() as playing:
        playing.player.open(str(clips("cfr")), OpenOptions(paused=True))
        playing.player.set_filters("scale=80:60", None)
        playing.until(lambda: playing.last.picture is not None and playing.last.picture.coded_size == (80, 60))
        assert playing.number == 0


def test_a_wrong_change_is_refused_and_changes_nothing(clips: Clips) -> None:
    with Playing() as playing:
        with pytest.raises(UsageError, match="no filter"):
            playing.player.set_filters("nonsense", None)
        playing.open_paused(clips("cfr"), OpenOptions(paused=True, vf="scale=80:60"))
        with pytest.raises(UsageError, match="no filter"):
            playing.player.set_filters("nonsense", None)
        playing.pass_time(0.02)
        assert playing.player.snapshot().vf == "scale=80:60"
        assert playing.shown[-1].size == (80, 60)


def test_filters_change_at_the_end_too(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"))
        playing.until_over()
        playing.player.set_filters("scale=80:60", None)
        playing.until(lambda: playing.last.picture is not None and playing.last.picture.coded_size == (80, 60))
        assert playing.number == 49


def test_the_latest_of_many_changes_wins(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"))
        playing.until_shown(1)
        for width in range(40, 160, 4):
            playing.player.set_filters(f"scale={width}:60", f"volume=0.{width}")
            playing.look()
        playing.until_settled()
        assert playing.last.picture is not None
        assert playing.last.picture.coded_size == (156, 60)
        assert playing.player.snapshot().af == "volume=0.156"
        assert not playing.events_of(Warned)


# Failing.


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (OpenOptions(vf="crop=5000:5000"), "crop cannot be used: it cannot work on 160x120"),
        (OpenOptions(vf="hflip,crop=5000:5000,vflip"), "crop cannot be used"),
        (
            OpenOptions(af="channelmap=map=FL-FL|FR-FR|FC-FC:channel_layout=3.0"),
            "channelmap cannot be used: it cannot work on 48000 Hz",
        ),
        (OpenOptions(vf="nonsense"), "no filter"),
    ],
)
def test_what_cannot_work_on_the_file_keeps_it_from_opening(clips: Clips, options: OpenOptions, says: str) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"), options)
        over = playing.until_over()
        assert isinstance(over, OpenFailed)
        assert isinstance(over.error, UsageError)
        assert says in str(over.error)


def test_what_fails_in_mid_play_is_switched_off_with_a_word(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("resize"), OpenOptions(vf="pad=200:150"))
        assert isinstance(playing.until_over(), EndReached)
        assert [shown.size for shown in playing.shown] == [(200, 150)] * 25 + [(240, 180)] * 25
        assert playing.numbers[-25:] == list(range(25, 50))
        (warned,) = playing.events_of(Warned)
        assert "pad cannot be used" in warned.text
        assert warned.text.endswith("the video filters are switched off")
        assert playing.player.snapshot().vf == ""


def test_a_cover_that_is_too_small_does_not_stop_the_music(clips: Clips) -> None:
    playing, _ = play(clips, "cover_flac", OpenOptions(vf="crop=500:500"))
    assert playing.numbers == [77]
    assert ["crop" in warned.text for warned in playing.events_of(Warned)] == [True]


def test_sound_filters_that_fail_leave_the_sound(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        playing.player.set_filters(None, "channelmap=map=FL-FL|FR-FR|FC-FC:channel_layout=3.0")
        playing.until(lambda: bool(playing.events_of(Warned)))
        assert "the audio filters are switched off" in playing.events_of(Warned)[0].text
        assert playing.player.snapshot().af == ""


# Sound.


def heard(clips: Clips, name: str, graph: str | None) -> Sound:
    """Everything the device was given."""
    sinks: list[FakeSink] = []

    def open_sink(request: AudioRequest) -> FakeSink:
        sinks.append(FakeSink(request, FakeTime(), PERIOD_S, device="test", realtime=False))
        return sinks[-1]

    with Playing(untimed=True, sinks=open_sink) as playing:
        playing.open(clips(name), OpenOptions(af=graph))
        assert isinstance(playing.until_over(), EndReached)
    return np.concatenate(sinks[0].pushed)


def test_sound_is_filtered(clips: Clips) -> None:
    plain, quiet = heard(clips, "audio_only", None), heard(clips, "audio_only", "volume=0.25")
    assert len(plain) == len(quiet)
    assert np.abs(quiet).max() == pytest.approx(np.abs(plain).max() / 4, rel=0.01)


def test_sound_held_in_filters_is_heard_at_the_end(clips: Clips) -> None:
    plain, late = heard(clips, "audio_only", None), heard(clips, "audio_only", "adelay=250:all=1")
    assert len(late) - len(plain) == pytest.approx(0.25 * 48000, abs=1024)
    assert np.abs(late[: 48000 // 5]).max() == 0.0


def test_sound_without_an_end_is_cut_off_by_closing(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("audio_only"), OpenOptions(af="apad"))
        playing.until_event(FirstPicture)
        looks = 0
        while (playing.player.snapshot().position_s or 0.0) < 5.0:  # the clip is two seconds long
            playing.pass_time(0.01)
            looks += 1
            assert looks < 1000, playing.describe()
        assert not playing.events_of(EndReached)


def test_speed_and_filters_go_together(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.player.set_speed(2.0)
        playing.open(clips("cfr"), OpenOptions(vf="hflip,hflip", af="volume=0.5"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))
        assert playing.player.snapshot().state is State.ENDED
        assert UNREADABLE not in playing.numbers
