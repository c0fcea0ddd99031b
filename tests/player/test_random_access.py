"""Any picture by its ordinal is the very picture that a decode from the start gives there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from player.errors import OpenError
from player.media.frame_index import ENTRY, KEY, SHAKY, Entry, FrameIndex
from player.media.frame_md5 import frame_md5
from player.media.random_access import Numbered, RandomAccess
from tests.helpers.clips import Clips
from tests.helpers.media import media_names, need_media
from tests.helpers.numbered import read_number
from tests.helpers.truth_index import Truth, truth_index

CLIPS = [
    "cfr", "vfr", "no_durations", "bframes", "bpyramid", "long_gop", "open_gop", "edit_list", "nonzero_start",
    "ten_bit", "interlaced", "missing_pts", "no_pts", "avi", "bottom_up", "jump", "jump_back", "resize", "damaged",
    "damaged_end", "truncated_mkv",
]  # fmt: skip

SAMPLE = [
    "iibbibb_editlist.mp4", "avc_pyramid_3b.mp4", "avc_bframes.avi", "mpeg1_mp2.mpg", "p_frames_lost.264",
    "corrupted.mp4", "invalid_nalu.mp4", "midstream_resize.webm", "hlg10_hevc.mp4", "neg_pts_circles.mov",
    "discard_first_keyframe.mp4", "hevc.ts", "vp9_profile2_10bit.webm", "desks_phone_vfr.3gp", "theora_skeleton.ogv",
]  # fmt: skip
"""Of the shared media: open groups, edit lists, missing timestamps, damage, sizes that change, odd containers."""


@contextmanager
def access_to(truth: Truth) -> Iterator[RandomAccess]:
    with closing(RandomAccess(truth.path, truth.track)) as access:
        yield access


def read_all(access: RandomAccess) -> list[Numbered]:
    found = []
    while (pictures := access.read()) is not None:
        found += pictures
    return found


def check_everywhere(truth: Truth, singles: int) -> None:
    count = truth.index.count
    numbers = random.Random(5)
    ordinals = [count - 1, 0, *(numbers.randrange(count) for _ in range(singles)), *range(min(3, count))]
    with access_to(truth) as access:
        for ordinal in ordinals:
            picture = access.picture(truth.index, ordinal)
            assert picture is not None
            assert (picture.index, frame_md5(picture.frame)) == (ordinal, truth.md5s[ordinal])
            assert (picture.pts, picture.time_s) == (truth.index.pts_of(ordinal), truth.index.time_of(ordinal))
            assert picture.pict_type == truth.letters[ordinal]
        for drain in (True, False, True):
            first = numbers.randrange(count)
            end = min(count, first + numbers.randrange(1, 20))
            access.go(truth.index, first, end, drain=drain)
            found = [(ordinal, frame_md5(picture.frame)) for ordinal, picture in read_all(access)]
            assert found == [(ordinal, truth.md5s[ordinal]) for ordinal in range(first, end)]
        assert access.strangers == 0


@pytest.mark.parametrize("name", CLIPS)
def test_every_kind_of_clip(clips: Clips, name: str) -> None:
    clip = clips(name)
    truth = truth_index(str(clip.path))
    check_everywhere(truth, 8)
    if clip.complete:
        with access_to(truth) as access:
            last = access.picture(truth.index, truth.index.count - 1)
        assert last is not None
        assert read_number(last.frame) == clip.numbers[-1]


@pytest.mark.parametrize("name", [name for name in SAMPLE if name in media_names()] or ["none"])
def test_real_files(name: str) -> None:
    check_everywhere(truth_index(str(need_media(name))), 4)


def test_forward_it_reads_on_without_a_seek(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = truth_index(str(clips("long_gop").path))
    places: list[int] = []
    land = RandomAccess._land

    def counted(self: RandomAccess, index: FrameIndex, entry: Entry, *, soft: bool) -> None:
        places.append(entry.ordinal)
        land(self, index, entry, soft=soft)

    monkeypatch.setattr(RandomAccess, "_land", counted)
    with access_to(truth) as access:
        for ordinal in (100, 101, 102, 110, 110, 90):
            picture = access.picture(truth.index, ordinal)
            assert picture is not None
            assert frame_md5(picture.frame) == truth.md5s[ordinal]
    assert places == [0, 0, 0]  # for 100, and back to 110 and to 90


def test_a_seek_leads_to_the_key_picture_itself(clips: Clips) -> None:
    """And not to the one before it, whose whole group would be decoded for nothing."""
    for name in ("bframes", "bpyramid", "open_gop"):
        truth = truth_index(str(clips(name).path))
        key = truth.index.key_before(40)
        assert key > 0
        with access_to(truth) as access:
            access.go(truth.index, key, key + 1)
            reads = 0
            while access.next_ordinal is None:
                assert access.read() is not None
                reads += 1
            assert access.next_ordinal == key + 1
            assert reads < 10


def test_pictures_that_nobody_refers_to_are_skipped_on_the_way(clips: Clips) -> None:
    truth = truth_index(str(clips("bframes").path))
    index = FrameIndex(truth.index.pts, np.array([KEY | ENTRY] + [0] * 49, np.uint8), truth.index.time_base, final=True)
    skipped = 0
    with access_to(truth) as access:
        access.go(index, 40, 41)
        found = []
        while (pictures := access.read()) is not None:
            skipped += access.skipping
            found += pictures
    assert skipped > 20
    assert [(ordinal, frame_md5(picture.frame)) for ordinal, picture in found] == [(40, truth.md5s[40])]


def test_a_picture_that_is_right_only_from_the_start_is_given_only_from_there(clips: Clips) -> None:
    truth = truth_index(str(clips("bframes").path))
    flags = bytearray(truth.index.flags)
    flags[30] |= SHAKY
    index = FrameIndex(truth.index.pts, flags, truth.index.time_base, final=True, seek_margin=truth.index.seek_margin)
    with access_to(truth) as access:
        access.go(index, 26, 34)
        assert [ordinal for ordinal, _ in read_all(access)] == [26, 27, 28, 29, 31, 32, 33]
        access.go(index, 28, 29)
        read_all(access)
        picture = access.picture(index, 30)  # it stands before it, and begins at the start all the same
        assert picture is not None
        assert frame_md5(picture.frame) == truth.md5s[30]
        access.go(index, 31, 33)
        assert [ordinal for ordinal, _ in read_all(access)] == [31, 32]


def test_an_index_that_is_wrong_about_a_place_costs_time_but_no_picture(clips: Clips) -> None:
    """Every picture is called an entry: a seek lands behind what it was for, or before it."""
    truth = truth_index(str(clips("open_gop").path))
    index = FrameIndex(
        truth.index.pts, np.full(50, KEY | ENTRY, np.uint8), truth.index.time_base, final=True, seek_margin=0
    )
    with access_to(truth) as access:
        for ordinal in (30, 11, 49, 0):
            picture = access.picture(index, ordinal)
            assert picture is not None
            assert frame_md5(picture.frame) == truth.md5s[ordinal]


def test_a_picture_that_does_not_exist_is_none_and_what_the_index_lacks_is_counted(clips: Clips) -> None:
    truth = truth_index(str(clips("cfr").path))
    more = np.append(truth.index.pts, truth.index.pts[-1] + 512)
    index = FrameIndex(more, truth.index.flags + bytes(1), truth.index.time_base, final=True)
    with access_to(truth) as access:
        assert access.picture(index, 50) is None
        fewer = FrameIndex(truth.index.pts[:20], truth.index.flags[:20], truth.index.time_base, final=True)
        access.go(fewer, 10, 20)
        assert [ordinal for ordinal, _ in read_all(access)] == list(range(10, 20))
        assert access.strangers == 0
        odd = FrameIndex(
            np.delete(truth.index.pts, 5), truth.index.flags[:5] + truth.index.flags[6:], truth.index.time_base
        )
        access.go(odd, 0, 10)
        assert [read_number(picture.frame) for _, picture in read_all(access)] == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
        assert access.strangers == 1


def test_a_newer_index_leaves_the_decoder_where_it_stands(clips: Clips) -> None:
    truth = truth_index(str(clips("long_gop").path))
    young = FrameIndex(truth.index.pts[:150], truth.index.flags[:150], truth.index.time_base)
    with access_to(truth) as access:
        assert access.picture(young, 100) is not None
        assert access.adopt(truth.index)
        assert access.next_ordinal == 101
        access.go(truth.index, 101, 103)
        assert [ordinal for ordinal, _ in read_all(access)] == [101, 102]
        moved = FrameIndex(np.asarray(truth.index.pts) + 1, truth.index.flags, truth.index.time_base)
        assert not access.adopt(moved)


def test_what_cannot_be_opened_is_said(clips: Clips, tmp_path: Path) -> None:
    truth = truth_index(str(clips("cfr").path))
    with (
        closing(RandomAccess(str(tmp_path / "gone.mp4"), truth.track)) as access,
        pytest.raises(OpenError, match=r"gone\.mp4"),
    ):
        access.picture(truth.index, 3)


def test_it_can_be_closed_and_goes_on_later(clips: Clips) -> None:
    truth = truth_index(str(clips("cfr").path))
    with access_to(truth) as access:
        assert access.picture(truth.index, 7) is not None
        access.close()
        assert access.read() is None
        assert access.picture(truth.index, 8) is not None
