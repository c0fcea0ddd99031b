"""PNG pictures stand as a person holds the film, whatever way round they are coded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from player.media.still import PngMaker

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.clips import Clips


def decode_first(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize(
    ("name", "mirrors"), [("rotated", False), ("mirrored", True)], ids=["turned", "turned and mirrored"]
)
def test_a_turned_picture_is_written_upright(clips: Clips, tmp_path: Path, name: str, mirrors: bool) -> None:
    """What the clips' recipes ask for: 90 degrees against the clock, and the second one mirrored after that."""
    frame = decode_first(clips(name).path)
    file = tmp_path / "picture.png"
    file.write_bytes(PngMaker(untagged_601=False).encode(frame))

    written = decode_first(file).to_ndarray(format="rgb24")
    coded = PngMaker(untagged_601=False).convert(frame).to_ndarray()
    turned = np.rot90(coded, 1)
    expected = turned[:, ::-1] if mirrors else turned
    assert written.shape == (160, 120, 3)
    np.testing.assert_array_equal(written, expected)
