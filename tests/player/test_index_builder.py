"""The index against the decoder: every number, every timestamp, every key picture, and where decoding may begin."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from player.media import index_builder, index_check
from player.media.decoded_run import decode_run, picture_sum
from player.media.frame_index import ENTRY, SHAKY
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source
from player.media.track_source import TrackSource
from player.options import DEFAULT_MAX_PIXELS, Input
from tests.helpers.clip_writer import steady, write
from tests.helpers.clips import Clips, clip_names
from tests.helpers.indexing import Indexing, rows_of, truth_of_decoder
from tests.helpers.media import media_names, need_media, truth_of

WITHOUT_PICTURES = {"audio_only", "counting_audio", "truncated_mp4"}
CLIPS = [name for name in clip_names() if name not in WITHOUT_PICTURES]
MEDIA = [
    "apng_delays.png",
    "avc_bframes.avi",
    "corrupted.mp4",
    "cover.flac",
    "discard_first_keyframe.mp4",
    "dvb_sd_interlaced.ts",
    "gif_dispose_transparent.gif",
    "hevc.ts",
    "hlg10_hevc.mp4",
    "iibbibb_editlist.mp4",
    "invalid_nalu.mp4",
    "midstream_resize.mp4",
    "mpeg1_mp2.mpg",
    "mpeg4_mp3.avi",
    "neg_pts_circles.mov",
    "p_frames_lost.264",
    "qtrle_argb_alpha.mov",
    "vp8_720p.webm",
    "vp9_profile2_10bit.webm",
    "xdcam_hd_1080i50.mov",
]
"""A sample of the shared media; all of them agree (swept by hand)."""


@pytest.fixture(params=["packets first", "decoded at once"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small files are decoded as a whole; long ones go by their packets as far as the decoder agrees."""
    if request.param == "packets first":
        monkeypatch.setattr(index_builder, "CHEAP_PIXELS", 0)
    return str(request.param)


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_indexed_as_it_was_made(name: str, clips: Clips, way: str) -> None:
    clip = clips(name)
    with Indexing(clip.path) as indexing:
        index = indexing.final()
    rows = truth_of_decoder(clip.path)
    assert rows_of(index) == rows, way
    assert index.complete
    if clip.complete:
        assert index.count == len(clip.numbers)
    if clip.pts is not None and clip.complete and None not in clip.pts:
        assert [index.pts_of(ordinal) for ordinal in range(index.count)] == list(clip.pts)
        assert index.time_base == clip.time_base


@pytest.mark.parametrize("name", MEDIA)
def test_a_real_file_is_indexed_as_it_is_decoded(name: str, way: str) -> None:
    path = need_media(name)
    with Indexing(path) as indexing:
        index = indexing.final()
    assert rows_of(index) == truth_of_decoder(path), way
    stream = next(each for each in truth_of(name)["streams"] if each["index"] == truth_of(name)["best_video_stream"])
    assert index.count == stream["decoded_frames"]
    assert index.size_bytes / index.count < 24


def test_the_sample_is_of_the_shared_media() -> None:
    need_media("truth.json")
    assert set(MEDIA) <= set(media_names())


@pytest.mark.parametrize("name", ["open_gop", "bpyramid", "edit_list", "damaged", "jump", "missing_pts", "tracks"])
def test_decoding_from_an_entry_gives_the_pixels_of_a_decode_from_the_start(name: str, clips: Clips, way: str) -> None:
    _check_entries(clips(name).path)


@pytest.mark.parametrize(
    "name",
    ["corrupted.mp4", "dvb_sd_interlaced.ts", "hevc.ts", "iibbibb_editlist.mp4", "mpeg1_mp2.mpg", "avc_bframes.avi"],
)
def test_entries_of_real_files_hold(name: str, way: str) -> None:
    _check_entries(need_media(name))


def _check_entries(path: Path) -> None:
    """Each picture that is the first, second or last of its entry's comes out with the right pixels from there."""
    with Indexing(path) as indexing:
        index = indexing.final()
    source = open_source(str(path))
    track = choose_track(source, "video", None)
    assert track is not None
    sums = [picture_sum(each.frame) for each in PictureReader(source, track)]
    source.close()
    again = TrackSource(str(path), track, max_pixels=DEFAULT_MAX_PIXELS, careful=index.damaged)
    try:
        for ordinal in range(index.count):
            entry = index.entry_for(ordinal)
            if ordinal + 1 < index.count and index.entry_for(ordinal + 1) == entry and ordinal != entry.ordinal:
                continue  # the last one from an entry stands for those before
            run = decode_run(again, entry, ordinal - entry.ordinal + 1, lambda: None)
            assert run is not None
            assert list(run.sums) == sums[entry.ordinal : ordinal + 1]
    finally:
        again.close()


def test_the_groups_of_an_open_gop_begin_at_their_key_picture(clips: Clips) -> None:
    with Indexing(clips("open_gop").path) as indexing:
        index = indexing.final()
    keys = [ordinal for ordinal in range(index.count) if index.is_key(ordinal)]
    assert len(keys) > 3
    for key in keys[1:]:
        assert index.entry_for(key).ordinal == key
        assert index.entry_for(key - 1).ordinal < key  # a leading picture needs the group before


def test_damage_is_known_and_does_not_spread(clips: Clips) -> None:
    with Indexing(clips("damaged").path) as indexing:
        index = indexing.final()
    assert index.damaged
    assert indexing.builder.why_decoded is not None
    entries = [ordinal for ordinal in range(index.count) if index.flags[ordinal] & ENTRY]
    assert any(entry > index.count // 2 for entry in entries)  # behind the damage decoding begins anew
    assert not index.flags[-1] & SHAKY


def test_an_undamaged_file_is_not_called_damaged(clips: Clips) -> None:
    for name in ("bframes", "edit_list", "no_pts", "interlaced"):
        with Indexing(clips(name).path) as indexing:
            assert not indexing.final().damaged, name


def test_pictures_without_timestamps_are_counted_from_the_start(clips: Clips) -> None:
    with Indexing(clips("no_pts").path) as indexing:
        index = indexing.final()
    assert [index.pts_of(ordinal) for ordinal in range(index.count)] == [None] * 25
    entry = index.entry_for(20)
    assert entry.ordinal == 0
    assert entry.seek_pts is None
    assert entry.counted


def test_the_packets_are_believed_where_the_decoder_agrees(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_builder, "CHEAP_PIXELS", 0)
    for name in ("bpyramid", "open_gop", "vfr", "edit_list", "nonzero_start"):
        with Indexing(clips(name).path) as indexing:
            indexing.final()
            assert indexing.builder.why_decoded is None, name


@pytest.mark.parametrize("name", ["interlaced", "nonzero_start", "open_gop_ts"])
def test_a_recording_that_begins_and_ends_anywhere_is_not_decoded_whole(
    name: str, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first and its last group are as the decoder sees them; in between the packets are believed."""
    monkeypatch.setattr(index_builder, "CHEAP_PIXELS", 0)
    path = tmp_path / "recording.ts"
    if name == "open_gop_ts":
        plan = steady(60, gop=12, b_frames=2, options={"x264-params": "b-adapt=0:open-gop=1"})
        write(tmp_path / "whole.ts", plan)
        whole = (tmp_path / "whole.ts").read_bytes()
    else:
        whole = clips(name).path.read_bytes()
    packets = len(whole) // 188
    path.write_bytes(whole[:564] + whole[packets // 9 * 188 : packets * 10 // 11 * 188])
    with Indexing(path) as indexing:
        index = indexing.final()
    assert rows_of(index) == truth_of_decoder(path)
    assert indexing.builder.why_decoded is None


def test_numbers_are_provisional_until_the_player_has_time(clips: Clips) -> None:
    free = threading.Event()
    with Indexing(clips("bpyramid").path, is_busy=lambda: not free.is_set()) as indexing:
        index = indexing.until(lambda index: index is not None and index.complete)
        assert index is not None
        assert index.count == 50
        assert not index.final
        free.set()
        assert indexing.final().count == 50


def test_a_doubt_is_settled_by_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_builder, "CHEAP_PIXELS", 0)
    monkeypatch.setattr(index_check.IndexCheck, "_at_start", lambda _self: None)  # a check that looks nowhere
    path = need_media("corrupted.mp4")
    with Indexing(path) as indexing:
        wrong = indexing.final()
        indexing.builder.doubt("a picture is missing")
        right = indexing.until(lambda index: index is not None and index.final and index is not wrong)
        assert right is not None
        assert indexing.builder.why_decoded == "a picture is missing"
        assert any(index is not None and not index.final and index.complete for index in indexing.indexes[1:])
        assert right.damaged
        assert (wrong.count, right.count) == (50, 49)
        assert rows_of(right) == truth_of_decoder(path)


@pytest.mark.parametrize("busy", [True, False])
def test_it_ends_at_once_in_the_middle_of_everything(busy: bool, clips: Clips) -> None:
    path = clips("long_gop").path
    for pictures in (0, 1, 200):
        with Indexing(path, is_busy=lambda: busy) as indexing:
            if pictures:
                indexing.until(lambda index, least=pictures: index is not None and index.count >= least)  # type: ignore[misc]


def test_raw_pictures_need_no_pass(tmp_path: Path) -> None:
    path = tmp_path / "raw.bin"
    path.write_bytes(bytes(16 * 16) * 7)
    how = Input(demuxer="rawvideo", size=(16, 16), pix_fmt="gray")
    with Indexing(path, input=how, is_busy=lambda: True) as indexing:
        index = indexing.final()
    assert [index.pts_of(ordinal) for ordinal in range(index.count)] == list(range(7))
    assert index.entry_for(5).seek_pts == 5


def test_a_file_without_a_complete_picture_has_no_index() -> None:
    with Indexing(need_media("truncated_m2ts.mts")) as indexing:
        assert indexing.until(lambda _index: False) is None
        assert indexing.builder.failed is not None
        assert "no complete picture" in indexing.builder.failed


def test_a_file_that_is_gone_is_said_to_be_gone(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "gone.mp4"
    path.write_bytes(clips("cfr").path.read_bytes())
    indexing = Indexing(path)
    path.unlink()
    with indexing:
        pass
    assert indexing.builder.index is None
