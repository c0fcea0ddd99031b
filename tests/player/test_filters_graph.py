"""Chains of filters: what is refused before anything is opened, and what comes out of one frame by frame."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
import pytest

from player.errors import UsageError
from player.media.filter_graph import Chain, Medium, read_chain
from player.media.filters import AudioFilter, FilterChoice, FilteredFrame, VideoFilter
from player.media.picture_maker import FrameTime
from tests.helpers.numbered import draw_frame, read_number

BASE = Fraction(1, 12800)
STEP = 512


def chain(text: str, medium: Medium = "video") -> Chain:
    found = read_chain(text, medium)
    assert found is not None
    return found


def when(number: int, *, pts: bool = True) -> FrameTime:
    return FrameTime(number * STEP if pts else None, number * STEP * float(BASE), 0.04)


def run(text: str, numbers: Iterable[int], *, aspect: Fraction = Fraction(1)) -> list[FilteredFrame]:
    """Everything that comes out of the chain for pictures 0.04 s apart."""
    made = VideoFilter(chain(text), time_base=BASE, rate=Fraction(25))
    out: list[FilteredFrame] = []
    for number in numbers:
        out += made.push(draw_frame(number, 160, 120), when(number), aspect)
    return [*out, *made.drain()]


@pytest.mark.parametrize(
    ("text", "medium", "says"),
    [
        ("nonsense", "video", "no filter 'nonsense'"),
        ("scale=bogus=1", "video", "scale cannot be used.*bogus=1"),
        ("hflip=1:2", "video", "hflip cannot be used"),
        ("setpts=PTS*", "video", "setpts cannot be used"),
        ("lut3d=file=/nowhere.cube", "video", "no such file"),
        ("hflip,overlay", "video", "overlay cannot be used: it has 2 inputs"),
        ("movie=/etc/passwd", "video", "movie cannot be used: it has no inputs"),
        ("testsrc", "video", "it has no inputs"),
        ("split", "video", "it has 2 outputs"),
        ("nullsink", "video", "it has no outputs"),
        ("volume=2", "video", "it is no video filter"),
        ("hflip", "audio", "it is no audio filter"),
        ("showwaves", "audio", "what comes out of it is no audio"),
        ("atempo=999", "audio", "atempo cannot be used"),
        ("hflip;vflip", "video", "single chain"),
    ],
)
def test_a_mistake_is_one_sentence_before_anything_is_opened(text: str, medium: Medium, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        read_chain(text, medium)
    assert "\n" not in str(refusal.value)


def test_no_text_is_no_filter() -> None:
    assert read_chain(" ", "video") is None


def test_a_graph_that_does_nothing_changes_nothing() -> None:
    out = run("null", range(5), aspect=Fraction(4, 3))
    assert [read_number(each.frame) for each in out] == list(range(5))
    assert [each.when for each in out] == [when(n) for n in range(5)]
    assert {(each.time_base, each.aspect) for each in out} == {(BASE, Fraction(4, 3))}


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("setsar=64/45", Fraction(1), Fraction(64, 45)),
        ("setsar=1", Fraction(4, 3), Fraction(1)),
        ("scale=320:120", Fraction(1), Fraction(1, 2)),
        ("scale=320:120", Fraction(4, 3), Fraction(2, 3)),
        ("transpose=1", Fraction(4, 3), Fraction(3, 4)),
        ("setdar=16/9", Fraction(1), Fraction(4, 3)),
        ("hflip", Fraction(118, 81), Fraction(118, 81)),
    ],
)
def test_the_sample_aspect_follows_the_filters(text: str, given: Fraction, expected: Fraction) -> None:
    assert {each.aspect for each in run(text, range(2), aspect=given)} == {expected}


def test_filters_that_change_times_bring_their_own_time_base() -> None:
    out = run("fps=10", range(25))
    assert [(each.when.pts, each.time_base) for each in out] == [(n, Fraction(1, 10)) for n in range(10)]
    assert [each.when.time_s for each in out] == pytest.approx([n / 10 for n in range(10)])
    assert {each.when.duration_s for each in out} == {0.1}


def test_what_filters_hold_back_comes_at_the_end() -> None:
    out = run("yadif=1", range(6))
    assert [read_number(each.frame) for each in out] == [n // 2 for n in range(12)]
    assert [each.when.time_s for each in out] == pytest.approx([n * 0.02 for n in range(12)])
    assert [read_number(each.frame) for each in run("reverse", range(6))] == [5, 4, 3, 2, 1, 0]


def test_a_change_of_size_lets_out_what_was_inside() -> None:
    made = VideoFilter(chain("reverse"), time_base=BASE, rate=Fraction(25))
    out: list[FilteredFrame] = []
    for number in range(6):
        width, height = (160, 120) if number < 3 else (240, 180)
        out += made.push(draw_frame(number, width, height), when(number), Fraction(1))
    out += made.drain()
    assert [(read_number(each.frame), each.frame.width) for each in out] == [
        (2, 160), (1, 160), (0, 160), (5, 240), (4, 240), (3, 240),
    ]  # fmt: skip


def test_pictures_without_timestamps_stay_without() -> None:
    made = VideoFilter(chain("hflip"), time_base=BASE, rate=Fraction(25))
    out: list[FilteredFrame] = []
    for number in range(4):
        out += made.push(draw_frame(number, 160, 120), when(number, pts=number % 2 == 0), Fraction(1))
    assert [each.when.pts for each in out] == [0, None, 2 * STEP, None]
    assert [each.when.time_s for each in out] == pytest.approx([0.0, 0.04, 0.08, 0.12])


def test_a_filter_that_has_enough_says_so() -> None:
    made = VideoFilter(chain("trim=end_frame=2"), time_base=BASE, rate=Fraction(25))
    out: list[FilteredFrame] = []
    for number in range(4):
        out += made.push(draw_frame(number, 160, 120), when(number), Fraction(1))
    assert made.ended
    assert [read_number(each.frame) for each in [*out, *made.drain()]] == [0, 1]


def test_a_filter_without_an_end_is_taken_one_at_a_time() -> None:
    made = VideoFilter(chain("loop=loop=-1:size=2"), time_base=BASE, rate=Fraction(25))
    for number in range(3):
        for _ in made.push(draw_frame(number, 160, 120), when(number), Fraction(1)):
            break
    rest = made.drain()
    assert [read_number(next(rest).frame) for _ in range(6)][-4:] in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_what_cannot_work_on_these_pictures_names_the_filter() -> None:
    made = VideoFilter(chain("hflip,crop=200:100,vflip"), time_base=BASE, rate=None)
    with pytest.raises(UsageError, match="crop cannot be used: it cannot work on 160x120 yuv420p pictures"):
        list(made.push(draw_frame(0, 160, 120), when(0), Fraction(1)))


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p10le", "nv12", "rgb24", "gray", "yuvj420p", "gbrp", "bgra"])
def test_every_pixel_format_goes_through(pixels: str) -> None:
    made = VideoFilter(chain("hflip,vflip,rotate=PI"), time_base=BASE, rate=Fraction(25))
    frame = draw_frame(9, 160, 120, pixels)
    out = list(made.push(frame, when(0), Fraction(1)))
    assert [read_number(each.frame) for each in out] == [9]


def test_untagged_pictures_keep_their_colour_when_they_are_scaled() -> None:
    """A large untagged picture is BT.709; scaled down it would be taken for BT.601."""
    made = VideoFilter(chain("scale=160:90"), time_base=BASE, rate=Fraction(25))
    frame = draw_frame(9, 1280, 720)
    assert frame.colorspace == 2
    (out,) = made.push(frame, when(0), Fraction(1))
    assert (out.frame.colorspace, out.frame.color_range) == (1, 1)


def test_a_choice_is_changed_as_a_whole_or_not_at_all() -> None:
    choice = FilterChoice("hflip", "volume=0.5")
    video, audio = choice.video, choice.audio
    with pytest.raises(UsageError):
        choice.set("vflip", "nonsense")
    assert (choice.video, choice.audio) == (video, audio)
    choice.set(None, "volume=0.5")
    assert choice.video is None


def test_only_what_failed_is_switched_off() -> None:
    choice = FilterChoice("hflip", "volume=0.5")
    choice.switch_off(chain("vflip"))
    before = choice.video, choice.audio
    assert before == (chain("hflip"), chain("volume=0.5", "audio"))
    choice.switch_off(chain("hflip"))
    assert (choice.video, choice.audio) == (None, chain("volume=0.5", "audio"))


def tone(first: int, count: int, rate: int = 48000) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=count)
    frame.sample_rate = rate
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.pts = first
    return frame


@pytest.mark.parametrize(("text", "end_s"), [("anull", 1.5), ("adelay=100:all=1", 1.6), ("atempo=2", 1.0)])
def test_sound_keeps_its_times(text: str, end_s: float) -> None:
    made = AudioFilter(chain(text, "audio"))
    out = [each for n in range(48) for each in made.push(tone(n * 1024, 1024), 0.476 + n * 1024 / 48000)]
    out += list(made.drain())
    assert out[0][1] == pytest.approx(0.476, abs=0.001)
    last, at_s = out[-1]
    assert at_s + last.samples / last.sample_rate == pytest.approx(end_s, abs=0.02)


def test_sound_that_changes_its_rate_gets_another_graph() -> None:
    made = AudioFilter(chain("volume=0.5", "audio"))
    out = [*made.push(tone(0, 1024), 0.0), *made.push(tone(0, 1024, 44100), 1.0), *made.drain()]
    assert [(frame.sample_rate, at_s) for frame, at_s in out] == [(48000, 0.0), (44100, 1.0)]
