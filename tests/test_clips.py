"""The truth that the test clips claim, proved by decoding each."""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest
from av.subtitles.subtitle import AssSubtitle
from av.video.frame import PictureType

from tests.helpers.clips import clip_names
from tests.helpers.numbered import MAX_NUMBER, draw_frame, draw_luma, read_number, read_number_from_luma

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.clips import Clip, Clips

UNREADABLE = -1
_GEN_PTS: int = cast("int", av.container.Flags.gen_pts.value)  # PyAV's stubs call the value a flag


def decode(clip: Clip, track: int = 0) -> Iterator[av.VideoFrame]:
    """The frames of a video track as the container tells their times."""
    with av.open(str(clip), metadata_errors="ignore") as container:
        container.flags &= ~_GEN_PTS
        for packet in container.demux(container.streams.video[track]):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                continue


def number_of(frame: av.VideoFrame) -> int:
    try:
        return read_number(frame)
    except ValueError:
        return UNREADABLE


def test_every_number_survives_a_change_of_size_and_format() -> None:
    for number in (*range(0, MAX_NUMBER, 97), MAX_NUMBER):
        small = draw_frame(number, 160, 120).reformat(width=90, height=50, format="rgb24")
        assert read_number(small) == number


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_picture_has_no_number(level: int) -> None:
    with pytest.raises(ValueError, match=r"check bits|neither"):
        read_number_from_luma(np.full((120, 160), level, dtype=np.uint8))


def test_a_wrong_bit_is_noticed() -> None:
    luma = draw_luma(5, 160, 120)
    luma[:30, :40] = 255 - luma[:30, :40]
    with pytest.raises(ValueError, match="check bits"):
        read_number_from_luma(luma)


@pytest.mark.parametrize("name", [name for name in clip_names() if name != "truncated_mp4"])
def test_pictures_come_in_the_stated_order_and_time(clips: Clips, name: str) -> None:
    clip = clips(name)
    frames = list(decode(clip)) if clip.numbers else []
    numbers = [number_of(frame) for frame in frames]
    if clip.complete:
        assert numbers == list(clip.numbers)
        if clip.pts is not None:
            assert [frame.pts for frame in frames] == list(clip.pts)
            assert {frame.time_base for frame in frames} == {clip.time_base} or None in clip.pts
    else:
        assert set(clip.numbers) <= set(numbers)
        assert numbers != list(range(50)), "nothing is missing or damaged"


@pytest.mark.parametrize("name", [name for name in clip_names() if name != "truncated_mp4"])
def test_sound_begins_and_ends_where_stated(clips: Clips, name: str) -> None:
    clip = clips(name)
    with av.open(str(clip)) as container:
        if clip.audio is None:
            assert not container.streams.audio or not clip.complete
            return
        frames = list(container.decode(container.streams.audio[0]))
    first, last = frames[0], frames[-1]
    assert first.time is not None
    assert last.time is not None
    assert first.time == pytest.approx(clip.audio[0], abs=0.03)
    assert last.time + last.samples / last.sample_rate == pytest.approx(clip.audio[1], abs=0.03)


def test_a_truncated_mp4_cannot_be_opened(clips: Clips) -> None:
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(clips("truncated_mp4")))


@pytest.mark.parametrize(("name", "kinds"), [("bframes", "IBBP"), ("bpyramid", "IBBBP"), ("cfr", "IPPP")])
def test_picture_types_are_what_the_clip_is_about(clips: Clips, name: str, kinds: str) -> None:
    types = "".join(PictureType(frame.pict_type).name for frame in itertools.islice(decode(clips(name)), len(kinds)))
    assert types == kinds


def test_the_long_gop_has_one_key_picture(clips: Clips) -> None:
    assert [frame.key_frame for frame in decode(clips("long_gop"))].count(True) == 1


def test_an_open_gop_begins_with_pictures_of_the_group_before(clips: Clips) -> None:
    with av.open(str(clips("open_gop"))) as container:
        found = [(packet.pts, packet.is_keyframe) for packet in container.demux(video=0) if packet.pts is not None]
    leading = [after < key for (key, is_key), (after, _) in itertools.pairwise(found) if is_key]
    assert leading == [False, True, True, True, True]


def test_ten_bit_is_ten_bit(clips: Clips) -> None:
    frames = list(decode(clips("ten_bit")))
    assert {frame.format.name for frame in frames} == {"yuv420p10le"}
    assert any(frame.pict_type == PictureType.B for frame in frames)


def test_matrices_of_turned_pictures(clips: Clips) -> None:
    found = {}
    for name in ("rotated", "mirrored"):
        matrix = next(decode(clips(name))).side_data.get("DISPLAYMATRIX")
        assert matrix is not None
        a, b, _, c, d, *_ = struct.unpack("<9i", bytes(cast("bytes", matrix)))
        found[name] = (a >> 16, b >> 16, c >> 16, d >> 16)
    assert found == {"rotated": (0, -1, 1, 0), "mirrored": (0, -1, -1, 0)}


def test_sample_aspect_is_told(clips: Clips) -> None:
    with av.open(str(clips("sample_aspect"))) as container:
        aspect = container.streams.video[0].sample_aspect_ratio
    assert aspect is not None
    assert (aspect.numerator, aspect.denominator) == (4, 3)


def test_interlaced_pictures_say_so(clips: Clips) -> None:
    assert all(frame.interlaced_frame for frame in decode(clips("interlaced")))


def test_bottom_up_rows_run_backwards(clips: Clips) -> None:
    assert next(decode(clips("bottom_up"))).planes[0].line_size < 0


def test_the_resized_clip_has_both_sizes(clips: Clips) -> None:
    sizes = [(frame.width, frame.height) for frame in decode(clips("resize"))]
    assert sizes == [(160, 120)] * 25 + [(240, 180)] * 25


def test_the_second_video_track_counts_from_a_hundred(clips: Clips) -> None:
    assert [read_number(frame) for frame in decode(clips("tracks"), track=1)] == list(range(100, 150))


def test_tracks_have_languages_and_words(clips: Clips) -> None:
    with av.open(str(clips("tracks"))) as container:
        assert [stream.language for stream in container.streams.audio] == ["eng", "fre"]
        cues = [cue for packet in container.demux(container.streams.subtitles[1]) for cue in packet.decode()]
    words = [cue.dialogue for cue in cues if isinstance(cue, AssSubtitle)]
    assert words == [b"Bonjour", b"Bonne nuit"]


@pytest.mark.parametrize("name", ["cover_flac", "cover_mp3", "cover_m4a"])
def test_covers_are_attached(clips: Clips, name: str) -> None:
    with av.open(str(clips(name))) as container:
        assert container.streams.video[0].disposition & av.stream.Disposition.attached_pic


def test_counting_samples_count(clips: Clips) -> None:
    with av.open(str(clips("counting_audio"))) as container:
        samples = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)])
    index = samples[:, 0].astype(int) + (samples[:, 1].astype(int) << 15)
    assert (index == np.arange(96_000)).all()
