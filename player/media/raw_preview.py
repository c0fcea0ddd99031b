"""What a raw file would show if it were taken for this or that: its first picture, small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

from player.errors import OpenError
from player.media.source import open_source
from player.media.still import PngMaker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.options import Input


def first_picture(path: str, given: Input, largest: tuple[int, int]) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 R'G'B' of the first picture, no larger than `largest`. Raises PlayerError."""
    source = open_source(path, input=given)
    try:
        frame = next(source.container.decode(video=0), None)
        if frame is None:
            raise OpenError(path, "there is no complete picture in it")
        rgb = PngMaker(untagged_601=False).convert(frame)
        shrink = max(1.0, rgb.width / largest[0], rgb.height / largest[1])
        size = max(1, int(rgb.width / shrink)), max(1, int(rgb.height / shrink))
        return np.ascontiguousarray(rgb.reformat(*size, format="rgb24", interpolation="AREA").to_ndarray())
    except av.FFmpegError as error:
        raise OpenError(path, "its first picture cannot be decoded") from error
    finally:
        source.close()
