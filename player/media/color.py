"""What a picture's code values mean: matrix, range, chroma siting, primaries and transfer, and the way to R'G'B'.

Everything that reads pixels asks here, so that what libswscale is told and what the shader computes cannot differ.
Files often leave their tags out; every answer therefore says whether it was tagged or guessed. What becomes of R'G'B'
whose primaries or transfer are not the screen's stands in `player.media.tone`.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from player.media.look import ColorOverride
    from player.records import Picture

    Floats = NDArray[np.float64]


class Matrix(Enum):
    """How R'G'B' was made into luma and colour differences."""

    RGB = "rgb"
    BT601 = "bt.601"
    BT709 = "bt.709"
    FCC = "fcc"
    SMPTE240M = "smpte-240m"
    BT2020 = "bt.2020"
    YCGCO = "ycgco"


class Range(Enum):
    LIMITED = "limited"
    FULL = "full"


class Siting(Enum):
    """Where a subsampled chroma sample sits among its luma samples."""

    LEFT = "left"
    CENTRE = "centre"
    TOP_LEFT = "top-left"


class Primaries(Enum):
    """The colours of R, G and B alone, and of white."""

    BT709 = "bt.709"
    BT601_525 = "bt.601-525"
    BT601_625 = "bt.601-625"
    BT2020 = "bt.2020"
    DCI_P3 = "dci-p3"
    DISPLAY_P3 = "display-p3"


class Transfer(Enum):
    """What light an R'G'B' value stands for. All that screens of the standard range show as it comes is SDR."""

    SDR = "sdr"
    PQ = "pq"
    HLG = "hlg"


@dataclass(frozen=True, slots=True)
class Color:
    """The meaning of a picture's code values."""

    matrix: Matrix
    range: Range
    siting: Siting
    matrix_tagged: bool
    """False: the file says nothing (or nothing known), and the matrix is a guess."""
    range_tagged: bool
    primaries: Primaries = Primaries.BT709
    transfer: Transfer = Transfer.SDR
    primaries_tagged: bool = False
    transfer_tagged: bool = False


@dataclass(frozen=True, slots=True)
class Depth:
    """How code values lie in storage: `bits` of them used, in units of `storage_bits`."""

    bits: int = 8
    storage_bits: int = 8
    msb_aligned: bool = False
    """True where the value sits in the high bits (P010)."""


# AVCOL_SPC_*: H.273's matrix coefficients. The constant-luminance and ICtCp kinds have no linear way to R'G'B'; their
# nearest linear relative stands in, marked as a guess.
_TAGGED_MATRICES = {
    0: Matrix.RGB,
    1: Matrix.BT709,
    4: Matrix.FCC,
    5: Matrix.BT601,
    6: Matrix.BT601,
    7: Matrix.SMPTE240M,
    8: Matrix.YCGCO,
    9: Matrix.BT2020,
}
_STAND_INS = {10: Matrix.BT2020, 13: Matrix.BT2020, 14: Matrix.BT2020}
_TAGGED_RANGES = {1: Range.LIMITED, 2: Range.FULL}

# AVCOL_PRI_* and AVCOL_TRC_*.
_TAGGED_PRIMARIES = {
    1: Primaries.BT709,
    5: Primaries.BT601_625,
    6: Primaries.BT601_525,
    7: Primaries.BT601_525,
    9: Primaries.BT2020,
    11: Primaries.DCI_P3,
    12: Primaries.DISPLAY_P3,
}
_TAGGED_HDR = {16: Transfer.PQ, 18: Transfer.HLG}
_NO_TAG = (0, 2)
"""Reserved and unspecified."""

_LUMA_WEIGHTS = {
    Matrix.BT601: (0.299, 0.114),
    Matrix.BT709: (0.2126, 0.0722),
    Matrix.FCC: (0.30, 0.11),
    Matrix.SMPTE240M: (0.212, 0.087),
    Matrix.BT2020: (0.2627, 0.0593),
}
"""Kr and Kb of each matrix."""

_SWSCALE_COLORSPACES = {
    Matrix.BT709: 1,
    Matrix.FCC: 4,
    Matrix.BT601: 5,
    Matrix.SMPTE240M: 7,
    Matrix.BT2020: 9,
}
"""SWS_CS_* of the matrices that libswscale knows."""

_RGB_PREFIXES = ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "x2rgb", "x2bgr", "pal8", "bayer", "xyz")
_GRAY_PREFIXES = ("gray", "ya", "mono")


def luma_weights(matrix: Matrix) -> tuple[float, float]:
    """Kr and Kb; BT.709's for matrices that are not made of them."""
    return _LUMA_WEIGHTS.get(matrix, _LUMA_WEIGHTS[Matrix.BT709])


def is_rgb(format_name: str) -> bool:
    return format_name.startswith(_RGB_PREFIXES)


def is_gray(format_name: str) -> bool:
    return format_name.startswith(_GRAY_PREFIXES)


def color_of(
    colorspace: int,
    color_range: int,
    format_name: str,
    width: int,
    height: int,
    *,
    primaries: int = 2,
    transfer: int = 2,
    untagged_601: bool = False,
) -> Color:
    """Decide what values mean from a frame's tags (AVCOL_SPC_*, _RANGE_*, _PRI_*, _TRC_*), format and coded size.

    Untagged pictures are BT.709 from 1280 wide or above 576 high, BT.601 below, as mpv has it; `untagged_601` names
    codecs that are BT.601 at every size.
    """
    transfer_kind = _TAGGED_HDR.get(transfer, Transfer.SDR)
    if is_rgb(format_name):
        light = _light(primaries, transfer, transfer_kind, Primaries.BT709)
        return Color(Matrix.RGB, Range.FULL, Siting.CENTRE, True, True, *light)
    matrix = _TAGGED_MATRICES.get(colorspace)
    matrix_tagged = matrix is not None
    if matrix is None:
        high_definition = (width >= 1280 or height > 576) and not untagged_601
        matrix = _STAND_INS.get(colorspace, Matrix.BT709 if high_definition else Matrix.BT601)
    full_by_format = format_name.startswith("yuvj") or is_gray(format_name)
    coded_range = _TAGGED_RANGES.get(color_range)
    range_tagged = coded_range is not None
    if format_name.startswith(("yuvj", "ya", "mono")):  # ya and mono come from stills alone
        coded_range, range_tagged = Range.FULL, True
    if coded_range is None:
        coded_range = Range.FULL if full_by_format or matrix is Matrix.RGB else Range.LIMITED
    siting = _guess_siting(matrix, format_name, untagged_601=untagged_601)
    light = _light(primaries, transfer, transfer_kind, _usual_primaries(matrix, height))
    return Color(matrix, coded_range, siting, matrix_tagged, range_tagged, *light)


def picture_color(picture: Picture, override: ColorOverride | None = None) -> Color:
    """`color_of` the picture's own frame, with what a person says of it instead.

    An override of the matrix or the range is for Y'CbCr: R'G'B' has no matrix and is full range whatever is said.
    """
    frame = picture.frame
    color = color_of(
        int(frame.colorspace),
        int(frame.color_range),
        frame.format.name,
        frame.width,
        frame.height,
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        untagged_601=picture.untagged_601,
    )
    return color if override is None else overridden(color, override, frame.format.name)


def overridden(color: Color, override: ColorOverride, format_name: str) -> Color:
    """`color` with what `override` says of a picture in that pixel format."""
    coded = not is_rgb(format_name)
    return replace(
        color,
        matrix=(override.matrix if coded else None) or color.matrix,
        range=(override.range if coded else None) or color.range,
        primaries=override.primaries or color.primaries,
        transfer=override.transfer or color.transfer,
    )


def swscale_colorspace(color: Color) -> int | None:
    """The SWS_CS_* number to hand to libswscale as source and destination; None where it cannot do this matrix."""
    if color.matrix is Matrix.RGB:
        return None
    return _SWSCALE_COLORSPACES.get(color.matrix)


def swscale_range(color: Color) -> int:
    """The AVCOL_RANGE_* number to hand to libswscale as source range."""
    return 1 if color.range is Range.LIMITED else 2


def decode_matrix(color: Color, depth: Depth, *, gray: bool = False) -> Floats:
    """4x4, rows R' G' B' 1, for a column of (c0, c1, c2, 1): stored values divided by their largest, as textures give.

    c0 to c2 are Y' Cb Cr, or R' G' B' for Matrix.RGB; `gray` reads luma alone into all three. Results run 0 to 1 and
    are not clipped.
    """
    import numpy as np  # not for the many who only ask what a picture's tags say

    to_code = _stored_to_code(depth)
    if gray or color.matrix is not Matrix.RGB:
        luma, chroma = _code_to_signal(color.range, depth.bits)
        signal = np.diag([luma[0] * to_code, chroma[0] * to_code, chroma[0] * to_code, 1.0])
        signal[:3, 3] = luma[1], chroma[1], chroma[1]
    else:
        scale = to_code / ((1 << depth.bits) - 1)
        signal = np.diag([scale, scale, scale, 1.0])
    to_rgb = np.eye(4)
    if gray:
        to_rgb[:3, :3] = [[1, 0, 0], [1, 0, 0], [1, 0, 0]]
    else:
        to_rgb[:3, :3] = _signal_to_rgb(color.matrix)
    product: Floats = to_rgb @ signal
    return product


def alpha_scale(depth: Depth) -> float:
    """What a stored alpha (0..1 of its storage) is multiplied by so that opaque is 1; alpha is always full range."""
    return _stored_to_code(depth) / ((1 << depth.bits) - 1)


def _light(primaries: int, transfer: int, kind: Transfer, usual: Primaries) -> tuple[Primaries, Transfer, bool, bool]:
    """Primaries, transfer and whether each was tagged. Untagged HDR is BT.2020, as nothing else comes with it."""
    if kind is not Transfer.SDR:
        usual = Primaries.BT2020
    found = _TAGGED_PRIMARIES.get(primaries)
    return found or usual, kind, found is not None, transfer not in _NO_TAG


def _usual_primaries(matrix: Matrix, height: int) -> Primaries:
    """What goes with a matrix when the primaries are not told."""
    if matrix is Matrix.BT2020:
        return Primaries.BT2020
    if matrix is Matrix.BT601 and height in (576, 288):
        return Primaries.BT601_625
    return Primaries.BT601_525 if matrix in (Matrix.BT601, Matrix.SMPTE240M) else Primaries.BT709


def _guess_siting(matrix: Matrix, format_name: str, *, untagged_601: bool) -> Siting:
    """Siting by custom: the codecs of old (JPEG, MPEG-1, H.263) in the centre, BT.2020's 4:2:0 at the top left.

    All others at the left, full range too: what H.264 and HEVC mean when they say nothing, and what the frame tells
    libswscale then. PyAV does not hand that tag on.
    """
    if untagged_601:
        return Siting.CENTRE
    subsampled_down = "420" in format_name or format_name.startswith(("nv12", "nv21", "p01"))
    if matrix is Matrix.BT2020 and subsampled_down:
        return Siting.TOP_LEFT
    return Siting.LEFT


def _stored_to_code(depth: Depth) -> float:
    """The factor from a stored value (0..1) to its code value (0..2^bits - 1)."""
    largest = (1 << depth.storage_bits) - 1
    return largest / (1 << (depth.storage_bits - depth.bits)) if depth.msb_aligned else float(largest)


def _code_to_signal(coded_range: Range, bits: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """(scale, offset) of luma to 0..1 and of chroma to -0.5..0.5, from code values of `bits`: H.273 8.3."""
    half = 1 << (bits - 1)
    if coded_range is Range.FULL:
        largest = (1 << bits) - 1
        return (1 / largest, 0.0), (1 / largest, -half / largest)
    unit = 1 << (bits - 8)
    return (1 / (219 * unit), -16 / 219), (1 / (224 * unit), -half / (224 * unit))


def _signal_to_rgb(matrix: Matrix) -> Floats:
    """3x3 from (Y', Cb, Cr), chroma centred on zero, to R' G' B'."""
    import numpy as np

    if matrix is Matrix.RGB:
        return np.eye(3)
    if matrix is Matrix.YCGCO:
        return np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 0.0], [1.0, -1.0, -1.0]])
    kr, kb = luma_weights(matrix)
    kg = 1 - kr - kb
    red, blue = 2 * (1 - kr), 2 * (1 - kb)
    return np.array([[1.0, 0.0, red], [1.0, -blue * kb / kg, -red * kr / kg], [1.0, blue, 0.0]])
