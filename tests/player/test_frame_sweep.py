"""On real files of every awkward kind: pictures by number, steps, seeks and play show the decoder's own sequence.

A sample: `python -m tests.bench.frame_sweep` takes every file, and far more pictures of each.
"""

from __future__ import annotations

import pytest

from tests.helpers.media import need_media
from tests.helpers.sweep import sweep

SAMPLE = (
    "android_slow_motion_vfr.mp4", "avc_bframes.avi", "cabac_bframe.264", "corrupted.mp4", "desks_phone_vfr.3gp",
    "discard_first_keyframe.mp4", "dvb_sd_interlaced.ts", "hlg10_hevc.mp4", "iibbibb_editlist.mp4", "mpeg1_mp2.mpg",
    "neg_pts_circles.mov", "theora_skeleton.ogv", "vtest_walkers.avi", "vp9_odd.webm",
)  # fmt: skip


@pytest.mark.parametrize("name", SAMPLE)
def test_number_timestamp_and_pixels_are_the_decoder_s(name: str) -> None:
    seen = sweep(need_media(name), goes=5, walk=4, walks=2, seeks=2)
    assert seen.skipped == ""
    assert seen.checked >= 5 + 2 * 8 + 2
    assert seen.wrong == []
