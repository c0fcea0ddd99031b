"""A frame index made the slow and certain way: every picture decoded once from the start of the file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from player.media.frame_index import ENTRY, KEY, MISSING, FrameIndex
from player.media.frame_md5 import frame_md5
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source

if TYPE_CHECKING:
    from player.records import Track


@dataclass(frozen=True)
class Truth:
    """What a decode from the start gives of a file's first video track."""

    path: str
    track: Track
    index: FrameIndex
    md5s: tuple[str, ...]
    letters: str


def truth_index(path: str, *, damaged: bool = False) -> Truth:
    """`damaged` marks the index so, as does a packet that the decoder refuses."""
    source = open_source(path)
    try:
        track = choose_track(source, "video", 1)
        assert track is not None
        reader = PictureReader(source, track)
        pictures = [
            (picture.pts, picture.time_s, picture.key, frame_md5(picture.frame), picture.letter) for picture in reader
        ]
        stamps = [MISSING if pts is None else pts for pts, *_ in pictures]
        rising = all(before < after for before, after in pairwise(stamps))
        index = FrameIndex(
            np.array(stamps, np.int64),
            np.array([(KEY | (ENTRY if rising else 0)) if key else 0 for _, _, key, *_ in pictures], np.uint8),
            reader.time_base,
            times=np.array([each[1] for each in pictures]) if MISSING in stamps else None,
            final=True,
            complete=True,
            damaged=damaged or reader.errors > 0,
            seek_margin=round(0.5 / reader.time_base),
        )
    finally:
        source.close()
    return Truth(path, track, index, tuple(each[3] for each in pictures), "".join(each[4] for each in pictures))
