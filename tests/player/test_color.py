"""Colour decisions and matrices against numbers restated from the ITU's recommendations, and against libswscale."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media.color import (
    Color,
    Depth,
    Matrix,
    Range,
    Siting,
    alpha_scale,
    color_of,
    decode_matrix,
    swscale_colorspace,
    swscale_range,
)
from player.media.frame_converter import FrameConverter
from tests.ui.video_frames import to_codes, to_ycbcr

UNSPECIFIED = 2
AVCOL = {
    Matrix.BT709: 1,
    Matrix.FCC: 4,
    Matrix.BT601: 5,
    Matrix.SMPTE240M: 7,
    Matrix.YCGCO: 8,
    Matrix.BT2020: 9,
}


def tagged(matrix: Matrix, coded_range: Range = Range.LIMITED) -> Color:
    return Color(matrix, coded_range, Siting.LEFT, matrix_tagged=True, range_tagged=True)


def decoded(color: Color, codes: tuple[int, int, int], depth: Depth | None = None) -> list[float]:
    depth = depth or Depth()
    shift = depth.storage_bits - depth.bits if depth.msb_aligned else 0
    stored = [(code << shift) / ((1 << depth.storage_bits) - 1) for code in codes]
    return [float(value) for value in (decode_matrix(color, depth) @ np.array([*stored, 1.0]))[:3]]


@pytest.mark.parametrize("matrix", list(AVCOL))
def test_limited_black_and_white(matrix: Matrix) -> None:
    assert decoded(tagged(matrix), (16, 128, 128)) == pytest.approx([0, 0, 0], abs=1e-9)
    assert decoded(tagged(matrix), (235, 128, 128)) == pytest.approx([1, 1, 1], abs=1e-9)


@pytest.mark.parametrize(
    ("matrix", "codes", "rgb"),
    [  # the 100 % colour bars of BT.601 and BT.709 as their 8-bit codes are commonly printed
        (Matrix.BT601, (81, 90, 240), (1, 0, 0)),
        (Matrix.BT601, (145, 54, 34), (0, 1, 0)),
        (Matrix.BT601, (41, 240, 110), (0, 0, 1)),
        (Matrix.BT709, (63, 102, 240), (1, 0, 0)),
        (Matrix.BT709, (173, 42, 26), (0, 1, 0)),
        (Matrix.BT709, (32, 240, 118), (0, 0, 1)),
    ],
)
def test_color_bars(matrix: Matrix, codes: tuple[int, int, int], rgb: tuple[int, int, int]) -> None:
    assert decoded(tagged(matrix), codes) == pytest.approx(rgb, abs=0.008)


def test_a_code_means_the_same_wherever_its_bits_lie() -> None:
    codes, color = (300, 600, 700), tagged(Matrix.BT2020)
    low = decoded(color, codes, Depth(10, 16))
    high = decoded(color, codes, Depth(10, 16, msb_aligned=True))
    assert high == pytest.approx(low)
    assert low == pytest.approx(decoded(color, (75, 150, 175)), abs=1e-9)  # limited codes grow by powers of two


def test_full_range_reaches_the_last_code() -> None:
    color = tagged(Matrix.BT601, Range.FULL)
    assert decoded(color, (1023, 512, 512), Depth(10, 16)) == pytest.approx([1, 1, 1])
    assert decoded(color, (0, 512, 512), Depth(10, 16)) == pytest.approx([0, 0, 0], abs=1e-9)


def test_gray_reads_luma_into_all_three() -> None:
    matrix = decode_matrix(tagged(Matrix.BT709), Depth(), gray=True)
    assert (matrix @ [235 / 255, 0, 0, 1])[:3] == pytest.approx([1, 1, 1])


def test_opaque_alpha_is_one() -> None:
    assert alpha_scale(Depth()) == pytest.approx(1)
    assert alpha_scale(Depth(10, 16)) * (1023 / 65535) == pytest.approx(1)


@given(
    rgb=st.tuples(*[st.floats(0, 1)] * 3),
    matrix=st.sampled_from(list(AVCOL)),
    full=st.booleans(),
    bits=st.sampled_from([8, 10, 12, 16]),
)
def test_decoding_undoes_encoding(rgb: tuple[float, float, float], matrix: Matrix, full: bool, bits: int) -> None:
    codes = to_codes(to_ycbcr(np.array(rgb), AVCOL[matrix]), bits, full=full)
    color = tagged(matrix, Range.FULL if full else Range.LIMITED)
    depth = Depth(bits, 8 if bits == 8 else 16)
    got = decoded(color, (int(codes[0]), int(codes[1]), int(codes[2])), depth)
    assert got == pytest.approx(rgb, abs=2.5 / (1 << bits))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [matrix for matrix in AVCOL if matrix is not Matrix.YCGCO])
def test_libswscale_means_the_same(matrix: Matrix, full: bool) -> None:
    color = tagged(matrix, Range.FULL if full else Range.LIMITED)
    rgb = np.random.default_rng(7).random((8, 8, 3))
    codes = to_codes(to_ycbcr(rgb, AVCOL[matrix]), 8, full=full).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(codes.transpose(2, 0, 1)), format="yuv444p")
    converted = FrameConverter().convert(frame, color, "rgb24").to_ndarray()
    stored = np.concatenate([codes / 255, np.ones((8, 8, 1))], axis=-1)
    expected = (stored @ decode_matrix(color, Depth()).T)[..., :3].clip(0, 1) * 255
    assert np.abs(converted - expected).max() <= 1.0


@pytest.mark.parametrize(
    ("size", "untagged_601", "matrix"),
    [
        ((720, 576), False, Matrix.BT601),
        ((1279, 576), False, Matrix.BT601),
        ((1280, 536), False, Matrix.BT709),
        ((960, 577), False, Matrix.BT709),
        ((1920, 1080), True, Matrix.BT601),
    ],
)
def test_an_untagged_matrix_is_guessed_by_size(size: tuple[int, int], untagged_601: bool, matrix: Matrix) -> None:
    color = color_of(UNSPECIFIED, 0, "yuv420p", *size, untagged_601=untagged_601)
    assert (color.matrix, color.matrix_tagged) == (matrix, False)
    assert (color.range, color.range_tagged) == (Range.LIMITED, False)


def test_tags_are_believed() -> None:
    color = color_of(9, 2, "yuv420p10le", 320, 240)
    assert (color.matrix, color.matrix_tagged) == (Matrix.BT2020, True)
    assert (color.range, color.range_tagged) == (Range.FULL, True)


@pytest.mark.parametrize("constant_luminance", [10, 13, 14])
def test_what_has_no_matrix_is_a_guess(constant_luminance: int) -> None:
    color = color_of(constant_luminance, 1, "yuv420p10le", 3840, 2160)
    assert (color.matrix, color.matrix_tagged) == (Matrix.BT2020, False)


@pytest.mark.parametrize("name", ["yuvj420p", "yuvj422p", "gray", "gray16le", "ya8"])
def test_formats_that_are_full_range(name: str) -> None:
    assert color_of(UNSPECIFIED, 0, name, 640, 480).range is Range.FULL


def test_a_jpeg_format_is_full_range_whatever_the_tag() -> None:
    assert color_of(5, 1, "yuvj420p", 640, 480).range is Range.FULL


@pytest.mark.parametrize("name", ["rgb24", "bgra", "gbrp10le", "pal8", "0rgb", "x2rgb10le"])
def test_rgb_needs_no_matrix(name: str) -> None:
    color = color_of(1, 1, name, 1920, 1080)
    assert (color.matrix, color.range) == (Matrix.RGB, Range.FULL)


@pytest.mark.parametrize(
    ("colorspace", "name", "old_codec", "siting"),
    [
        (1, "yuv420p", False, Siting.LEFT),
        (1, "yuvj420p", False, Siting.LEFT),
        (5, "yuvj420p", True, Siting.CENTRE),
        (9, "yuv420p10le", False, Siting.TOP_LEFT),
        (9, "p010le", False, Siting.TOP_LEFT),
        (9, "yuv422p10le", False, Siting.LEFT),
    ],
)
def test_siting_by_custom(colorspace: int, name: str, old_codec: bool, siting: Siting) -> None:
    assert color_of(colorspace, 1, name, 1280, 720, untagged_601=old_codec).siting is siting


def test_libswscale_is_told_nothing_it_does_not_know() -> None:
    assert swscale_colorspace(tagged(Matrix.YCGCO)) is None
    assert swscale_colorspace(tagged(Matrix.RGB)) is None
    assert [swscale_range(tagged(Matrix.BT709, kind)) for kind in (Range.LIMITED, Range.FULL)] == [1, 2]
