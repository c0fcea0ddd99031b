"""The planes of a decoded picture, taken as they lie in memory where their layout allows it.

Layouts of whole bytes (Y'CbCr, grey and R'G'B' of 8 to 16 bits, planar or packed) are read in place. All others, and
pictures that are transparent anywhere, are first made into what the screen shows at full size, checkerboard and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.planes import Plane, Planes
from player.media.color import Color, Depth, Matrix, Siting, decode_matrix, is_gray, picture_color
from player.media.displayed import displayed_rgb
from player.media.look import PLAIN, mapping_of
from player.media.pixel_layout import Part, pixel_layout
from player.media.pixels import plane_lines
from player.media.raster import RasterConverter
from player.records import Picture

if TYPE_CHECKING:
    import av

_IDENTITY = ("Cr", "Y", "Cb")
"""H.273's identity matrix: where red, green and blue lie."""


class PlaneReader:
    """Keeps what conversions need; for one thread at a time."""

    def __init__(self) -> None:
        self._converter = RasterConverter()

    def read(self, picture: Picture) -> Planes:
        """Views of the frame's memory where that is possible. Raises StreamError where nothing can convert it."""
        frame = picture.frame
        on_device = frame.sw_format is not None
        name = frame.sw_format.name if frame.sw_format is not None else frame.format.name
        uses = direct_uses(name)
        if uses is None:
            return _shown(picture, self._converter)
        arrays = device_arrays(frame, uses) if on_device else {use.array: _values(frame, use) for use in uses}
        *colours, last = uses
        if last.part.name == "A":
            if arrays[last.array][..., last.channel].min() >> last.shift != (1 << last.part.bits) - 1:
                return _shown(picture, self._converter)
            uses = tuple(colours)
        return _in_place(uses, arrays, picture_color(picture), gray=is_gray(name))


@dataclass(frozen=True, slots=True)
class Use:
    """How a component's samples are read in place: one channel of an array that others may share."""

    part: Part
    step: int
    """Bytes from one sample to the next."""
    offset: int
    """Bytes before the first one."""
    shift: int
    """Bits below a sample's lowest one."""

    @property
    def channel(self) -> int:
        return self.offset // np.dtype(self.part.word).itemsize

    @property
    def array(self) -> tuple[int, int]:
        """The same for all components that share an array."""
        return self.part.plane, self.step


@lru_cache(maxsize=64)
def direct_uses(format_name: str) -> tuple[Use, ...] | None:
    """The components of a pixel format whose samples can be read in place; None for all other formats."""
    layout = pixel_layout(format_name)
    if layout is None or layout.family not in ("yuv", "rgb", "gray"):
        return None
    uses = [_use(part) for part in layout.parts]
    found = tuple(use for use in uses if use is not None)
    alike = len({(use.part.bits, use.part.word, use.shift) for use in found}) == 1
    return found if alike and len(found) == len(uses) else None


def device_arrays(frame: av.VideoFrame, uses: tuple[Use, ...]) -> dict[tuple[int, int], Any]:
    """`_values` of a frame in a device's memory: tensors of torch that share it, no copy."""
    import torch
    from torch.utils.dlpack import from_dlpack

    if frame.format.name == "cuda":
        torch.cuda.synchronize()  # PyAV takes no stream to wait on: what the decoder began must have ended
    tensors = [from_dlpack(plane.__dlpack__()) for plane in frame.planes]
    return {use.array: tensors[use.part.plane].reshape(*tensors[use.part.plane].shape[:2], -1) for use in uses}


def _shown(picture: Picture, converter: RasterConverter) -> Planes:
    pixels = displayed_rgb(picture, converter=converter)
    return Planes((Plane(pixels),), ((0, 0), (0, 1), (0, 2)), np.eye(3, 4, dtype=np.float32))


def _use(part: Part) -> Use | None:
    size = np.dtype(part.word).itemsize
    offsets, (shift, *others) = zip(*part.places, strict=True)
    step = part.step // len(offsets)  # two pixels a group: samples at even distances are read one by one
    even = all(offset == offsets[0] + step * at for at, offset in enumerate(offsets))
    plain = size <= 2 and not part.is_float and not any(other != shift for other in others)
    whole = shift in (0, 8 * size - part.bits) and (size == 2 or part.bits == 8)
    split = step % size == 0 and offsets[0] % size == 0 and offsets[0] < step <= 4 * size
    return Use(part, step, offsets[0], shift) if even and plain and whole and split else None


def _in_place(uses: tuple[Use, ...], arrays: dict[tuple[int, int], Any], color: Color, *, gray: bool) -> Planes:
    planes: dict[tuple[int, int], Plane] = {}
    for use in uses:
        planes.setdefault(use.array, Plane(arrays[use.array], use.part.span, _shift(use.part, color.siting)))
    order = list(planes)
    places = {use.part.name: (order.index(use.array), use.channel) for use in uses}
    names = _IDENTITY if color.matrix is Matrix.RGB and "Cb" in places else tuple(places)
    return Planes(
        tuple(planes.values()),
        tuple(places[each] for each in names),
        _to_levels(color, uses[0], gray=gray),
        mapping_of(color, PLAIN),
    )


def _to_levels(color: Color, use: Use, *, gray: bool) -> NDArray[np.float32]:
    """From stored values to 0 to 255."""
    storage_bits = 8 * np.dtype(use.part.word).itemsize
    matrix = decode_matrix(color, Depth(use.part.bits, storage_bits, use.shift > 0), gray=gray)[:3] * 255
    weights = matrix[:, : 1 if gray else 3] / ((1 << storage_bits) - 1)
    return np.concatenate([weights, matrix[:, 3:]], axis=1).astype(np.float32)


def _values(frame: av.VideoFrame, use: Use) -> NDArray[Any]:
    """(rows, columns, channels): all that lies between one sample and the next."""
    lines = plane_lines(frame, use.part)
    if lines.strides[0] < 0:  # bottom up
        lines = np.ascontiguousarray(lines)
    word = np.dtype(use.part.word)
    shape = len(lines), -(-frame.width // use.part.span[0]), use.step // word.itemsize
    values: NDArray[Any] = np.ndarray(shape, word, lines, 0, (lines.strides[0], use.step, word.itemsize))
    return values if word.isnative else values.astype(word.newbyteorder("="))


def _shift(part: Part, siting: Siting) -> tuple[float, float]:
    """Of chroma that covers several pixels; all other samples have a span of one, and so no shift."""
    across, down = ((span - 1) / 2 for span in part.span)
    return across if siting is not Siting.CENTRE else 0.0, down if siting is Siting.TOP_LEFT else 0.0
