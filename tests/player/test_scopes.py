"""The scopes' counts against plain numpy, for every way in which pictures lie in memory, and against the standards."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("cv2", reason="the scopes count by OpenCV", exc_type=ImportError)

from player.errors import StreamError
from player.media.color import Matrix, Primaries, Range, Transfer
from player.media.look import ColorOverride
from player.media.pixel_layout import pixel_layout
from player.media.pixels import region_values
from player.records import Orientation, Picture
from player.scopes.counts import columns_of, histogram, waveform
from player.scopes.measure import SCOPES, measure, step_for
from player.scopes.samples import samples_of
from player.scopes.scale import Scale, bar_targets, skin_direction
from player.scopes.statistics import scope_statistics
from tests.helpers.patches import patch_codes, patch_picture

if TYPE_CHECKING:
    from player.scopes.measure import Scope

ROOT = Path(__file__).resolve().parents[2]
Values = NDArray[Any]
WANTED: dict[Scope, int] = dict.fromkeys(SCOPES, 64)
FORMATS = (
    "yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p", "yuva420p", "nv12", "nv21", "nv24", "yuyv422",
    "uyvy422", "p010le", "p210le", "y210le", "yuv420p10le", "yuv422p10be", "yuv444p12le", "yuv444p16le", "gray",
    "gray10le", "gray16be", "ya8", "gbrp", "gbrp10le", "gbrap16le", "rgb24", "bgra", "rgb48be", "x2rgb10le",
)  # fmt: skip
SIZES = ((64, 48), (53, 37))


def a_picture(name: str, size: tuple[int, int], *, colorspace: int = 1, seed: int = 5) -> Picture:
    """Random code values that do not go beyond the format's depth."""
    frame = av.VideoFrame(*size, name)
    rng = np.random.default_rng(seed)
    layout = pixel_layout(name)
    assert layout is not None
    word, bits = layout.parts[0].word, layout.parts[0].bits
    shift = layout.parts[0].places[0][1]
    for plane in frame.planes:
        if word == "<u4":  # several components a word: all of its bits are in use
            values = rng.integers(0, 1 << 32, plane.buffer_size // 4, dtype=np.uint64).astype(word)
        else:
            values = (rng.integers(0, 1 << bits, plane.buffer_size // np.dtype(word).itemsize) << shift).astype(word)
        plane.update(values.tobytes())
    frame.colorspace, frame.color_range = colorspace, 1
    return Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")


def native(picture: Picture) -> dict[str, Values]:
    """Each component's samples, read by what the inspector reads them by (which has tests of its own)."""
    values = region_values(picture, (0, 0, *picture.coded_size))
    return {name: each.astype(np.int64) for name, each in values.items() if name != "A"}


def spread(plane: Values, span: tuple[int, int], size: tuple[int, int]) -> Values:
    """Each sample repeated over the pixels that it covers."""
    large = plane.repeat(span[0], axis=1).repeat(span[1], axis=0)
    return large[: size[1], : size[0]]


def plain_waveform(plane: Values, bits: int, most: int) -> Values:
    """(columns, levels), counted one column at a time."""
    columns, pixels = columns_of(plane.shape[1], most)
    shift = max(0, bits - 10)
    parts = (plane[:, at * pixels : (at + 1) * pixels] >> shift for at in range(columns))
    return np.stack([np.bincount(part.ravel(), minlength=1 << (bits - shift)) for part in parts])


@pytest.mark.parametrize(("name", "size"), [*itertools.product(FORMATS, SIZES)])
def test_counts_are_a_plain_count(name: str, size: tuple[int, int]) -> None:
    picture = a_picture(name, size)
    found, values = measure(picture, WANTED), native(picture)
    layout = pixel_layout(name)
    assert layout is not None
    assert found.bits == max(part.bits for part in layout.parts)
    assert list(found.histograms) == list(values)
    for component, counts in found.histograms.items():
        assert counts.sum() == values[component].size
        assert np.array_equal(counts, np.bincount(values[component].ravel(), minlength=1 << found.bits))
    if not found.is_rgb:
        assert found.waveform is not None
        assert np.array_equal(found.waveform, plain_waveform(values["Y'"], found.bits, 64))
    assert found.parade is not None
    for each in found.parade:
        assert each.sum() == size[0] * size[1]
    if found.is_rgb:
        for each, component in zip(found.parade, ("R'", "G'", "B'"), strict=True):
            assert np.array_equal(each, plain_waveform(values[component], found.bits, 64))
    elif "Cb" in values:
        assert found.vectors is not None
        shift = max(0, found.bits - 10)
        pairs = np.zeros_like(found.vectors)
        np.add.at(pairs, (values["Cb"].ravel() >> shift, values["Cr"].ravel() >> shift), 1)
        assert np.array_equal(found.vectors, pairs)
    else:
        assert found.vectors is None


def test_ten_bits_are_not_taken_for_eight() -> None:
    picture = a_picture("yuv420p10le", (64, 64))
    counts = measure(picture, {"histogram": 1}).histograms["Y'"]
    assert counts.size == 1024
    assert np.count_nonzero(counts) > 700
    assert np.count_nonzero(counts[np.arange(1024) % 4 != 0]) > 500


def test_float_and_few_bits_are_counted_too() -> None:
    light = a_picture("gray", (8, 4))
    frame = av.VideoFrame(8, 4, "grayf32le")
    row = np.array([0.0, 0.25, 0.5, 1.0, 2.0, -1.0, np.nan, np.inf], np.float32)
    lines = np.zeros((4, frame.planes[0].line_size // 4), np.float32)
    lines[:, :8] = row
    frame.planes[0].update(lines.tobytes())
    found = measure(replace(light, frame=frame), {"histogram": 1})
    counts = found.histograms["Y'"]
    assert found.is_float
    assert found.bits == 16
    assert {int(code): int(counts[code]) for code in np.flatnonzero(counts)} == {
        0: 12, round(0.25 * 65535): 4, 32768: 4, 65535: 12,
    }  # fmt: skip
    few = measure(a_picture("rgb565le", (16, 16)), {"histogram": 1})
    assert (few.bits, {counts.size for counts in few.histograms.values()}) == (8, {256})
    assert np.count_nonzero(few.histograms["R'"]) <= 32
    assert few.histograms["G'"].sum() == 256


def test_large_planes_are_counted_exactly() -> None:
    """OpenCV's own counts are floats, which know no odd numbers beyond 2^24."""
    plane = np.zeros((4097, 4097), np.uint8)
    plane[0, :2] = 9
    counts = histogram(plane, 8)
    assert (int(counts[0]), int(counts[9])) == (4097 * 4097 - 2, 2)


@pytest.mark.parametrize("name", ["bayer_rggb8", "xyz12le"])
def test_what_has_no_scopes_says_so(name: str) -> None:
    with pytest.raises(StreamError, match=name):
        measure(replace(a_picture("gray", (8, 8)), frame=av.VideoFrame(8, 8, name)), WANTED)


# -- where things lie


@pytest.mark.parametrize(("mirrored", "turns"), [*itertools.product((False, True), range(4))])
@pytest.mark.parametrize("name", ["yuv420p", "yuv420p10le"])
def test_columns_are_the_upright_pictures(name: str, mirrored: bool, turns: int) -> None:
    orientation = Orientation(mirrored, turns)
    picture = replace(a_picture(name, (70, 33)), orientation=orientation)
    upright = native(picture)["Y'"]
    if mirrored:
        upright = upright[:, ::-1]
    upright = np.rot90(upright, -turns)
    found = measure(picture, {"waveform": 1000, "parade": 1000})
    assert found.size == upright.shape[::-1]
    assert found.waveform is not None
    assert np.array_equal(found.waveform, plain_waveform(upright, found.bits, 1000))
    assert found.parade is not None
    assert {each.shape for each in found.parade} == {(upright.shape[1], 1 << found.bits)}


def test_more_columns_than_a_byte_counts() -> None:
    plane = np.random.default_rng(2).integers(0, 256, (20, 1000), dtype=np.uint8)
    found = waveform(plane, 8, 700, Orientation())
    assert found.shape == (500, 256)
    assert np.array_equal(found, plain_waveform(plane.astype(np.int64), 8, 700))


def test_all_columns_have_as_many_pixels() -> None:
    assert columns_of(1920, 512) == (480, 4)
    assert columns_of(1920, 1024) == (960, 2)
    assert columns_of(100, 512) == (100, 1)


@pytest.mark.parametrize("step", [1, 2, 4, 8])
@pytest.mark.parametrize("name", ["yuv420p", "yuv410p", "yuv444p10le", "rgb24"])
def test_skipped_lines_keep_their_chroma(name: str, step: int) -> None:
    picture = a_picture(name, (53, 37))
    some, whole = samples_of(picture, step=step), samples_of(picture)
    for each, every in zip(some.rgb, whole.rgb, strict=True):
        assert np.array_equal(each, every[::step])


def test_only_large_pictures_lose_lines() -> None:
    assert [step_for(size) for size in ((640, 360), (1280, 720), (1920, 1080), (3840, 2160), (20000, 60))] == [
        1, 2, 4, 16, 1,
    ]  # fmt: skip
    assert measure(a_picture("gray", (1920, 1080)), {"histogram": 1}, rapid=True).histograms["Y'"].sum() == 1920 * 270


@pytest.mark.parametrize("name", ["yuv420p", "yuyv422", "yuv411p", "p010le"])
def test_a_region_is_counted_alone(name: str) -> None:
    picture, region = a_picture(name, (64, 48)), (7, 5, 21, 13)
    found = samples_of(picture, region=region, step=4)
    whole = samples_of(picture)
    x, y, width, height = region
    assert found.luma.shape == (height, width)
    for part, every in zip(found.rgb, whole.rgb, strict=True):
        assert np.array_equal(part, every[y : y + height, x : x + width])
    with pytest.raises(ValueError, match="region"):
        samples_of(picture, region=(60, 0, 10, 4))


# -- what values mean

WEIGHTS = {Matrix.BT601: (0.299, 0.114), Matrix.BT709: (0.2126, 0.0722), Matrix.BT2020: (0.2627, 0.0593)}
SPC = {Matrix.BT601: 5, Matrix.BT709: 1, Matrix.BT2020: 9}


def reference_rgb(codes: tuple[int, int, int], matrix: Matrix, full: bool, bits: int) -> list[float]:
    """R'G'B' in codes of the same range, written out from H.273."""
    kr, kb = WEIGHTS[matrix]
    unit, half, top = 1 << (bits - 8), 1 << (bits - 1), (1 << bits) - 1
    y = codes[0] / top if full else (codes[0] - 16 * unit) / (219 * unit)
    cb, cr = ((code - half) / (top if full else 224 * unit) for code in codes[1:])
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    coded = [part * top if full else 16 * unit + part * 219 * unit for part in (red, green, blue)]
    return [min(max(part, 0), top) for part in coded]


@pytest.mark.parametrize(
    ("matrix", "full", "bits", "sampling"), [*itertools.product(SPC, (False, True), (8, 10, 12), ("420", "422", "444"))]
)
def test_parade_is_by_the_pictures_own_matrix_and_range(matrix: Matrix, full: bool, bits: int, sampling: str) -> None:
    picture = patch_picture(SPC[matrix], full, bits, sampling)
    found = samples_of(picture)
    for at, codes in enumerate(patch_codes(bits)):
        expected = reference_rgb(codes, matrix, full, bits)
        shown = [int(plane[8, 16 * at + 8]) for plane in found.rgb]
        assert np.abs(np.array(shown) - expected).max() <= 1, codes


def test_an_override_counts_instead_of_the_tags() -> None:
    picture = patch_picture(5, False, 8, "444")
    said = ColorOverride(Matrix.BT709, Range.FULL, Primaries.BT2020, Transfer.PQ)
    found = measure(picture, {"parade": 1000}, override=said)
    assert (found.color.matrix, found.scale.limits) == (Matrix.BT709, (0, 255))
    for at, codes in enumerate(patch_codes(8)):
        expected = reference_rgb(codes, Matrix.BT709, True, 8)
        assert found.parade is not None
        for grid, level in zip(found.parade, expected, strict=True):
            assert abs(int(grid[16 * at + 8].argmax()) - level) <= 1


def test_rgb_and_back_again() -> None:
    """The luma and the chroma of an R'G'B' picture give its R'G'B' again."""
    picture = a_picture("gbrp10le", (32, 16))
    found = samples_of(picture)
    assert found.chroma is not None
    assert found.coding.matrix is Matrix.BT709
    cb, cr = found.chroma
    codes = np.stack([found.luma, cb, cr], axis=-1).reshape(-1, 3)
    rgb = np.stack(found.rgb, axis=-1).reshape(-1, 3)
    back = [reference_rgb((int(y), int(b), int(r)), Matrix.BT709, True, 10) for y, b, r in codes]
    clipped = ((codes == 0) | (codes == 1023)).any(axis=1)
    assert np.abs(rgb - np.array(back))[~clipped].max() <= 3


BAR_CODES = {  # ITU-R BT.1729's and SMPTE RP 219's 75 % bars: Y, Cb, Cr of 8 bits in BT.601, of 10 in BT.709
    (Matrix.BT601, 8): {
        "Yl": (162, 44, 142), "Cy": (131, 156, 44), "G": (112, 72, 58), "Mg": (84, 184, 198), "R": (65, 100, 212),
        "B": (35, 212, 114),
    },
    (Matrix.BT709, 10): {
        "Yl": (674, 176, 543), "Cy": (581, 589, 176), "G": (534, 253, 207), "Mg": (251, 771, 817), "R": (204, 435, 848),
        "B": (111, 848, 481),
    },
}  # fmt: skip


@pytest.mark.parametrize(("matrix", "bits"), [*BAR_CODES])
def test_colour_bars_land_in_their_boxes(matrix: Matrix, bits: int) -> None:
    color = samples_of(patch_picture(SPC[matrix], False, bits, "444")).coding
    targets = bar_targets(color, bits)
    for name, (_, cb, cr) in BAR_CODES[matrix, bits].items():
        assert abs(targets[name][0] - cb) <= 1
        assert abs(targets[name][1] - cr) <= 1


def test_the_skin_line_is_the_i_axis() -> None:
    """In BT.601, 123 degrees on the analogue scale of U = 0.493 (B - Y) and V = 0.877 (R - Y)."""
    color = samples_of(patch_picture(5, False, 8, "444")).coding
    cb, cr = skin_direction(color, 8)
    u, v = cb * 1.772 * 0.493, cr * 1.402 * 0.877
    assert np.degrees(np.arctan2(v, u)) == pytest.approx(123, abs=0.5)


def test_scales() -> None:
    ten, full = Scale(10, Range.LIMITED), Scale(8, Range.FULL)
    assert (ten.limits, ten.chroma_limits, ten.neutral, full.limits) == ((64, 940), (64, 960), 512, (0, 255))
    assert (ten.fraction(940), ten.fraction(64), ten.code(0.5)) == (1, 0, 502)
    assert ten.chroma_fraction(960) == 0.5
    assert full.tolerated(luma=True) is None
    low, high = Scale(8, Range.LIMITED).tolerated(luma=False) or (0, 0)
    assert (round(low), round(high)) == (5, 246)  # as R 103 says


def test_only_what_is_asked_for_is_counted() -> None:
    found = measure(a_picture("yuv420p", (16, 16)), {"histogram": 1})
    assert (found.waveform, found.parade, found.vectors) == (None, None, None)


def test_statistics_for_programs() -> None:
    picture = a_picture("yuv420p16le", (64, 48))
    values = native(picture)
    for told in scope_statistics(picture)["components"]:
        plane = values[told["component"]]
        low, high = told["nominal"]
        assert (told["below"], told["above"]) == ((plane < low).sum(), (plane > high).sum())
        assert told["histogram"] == np.bincount(plane.ravel() >> 4, minlength=4096).tolist(), "bins of 16 codes"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_library_is_loaded_before_python_imports_it() -> None:
    code = """
import sys
from player.scopes.opencv import load_library
load_library()
assert "cv2" not in sys.modules
loaded = {line.split()[-1] for line in open("/proc/self/maps") if "cv2" in line}
assert loaded
import cv2
assert loaded >= {line.split()[-1] for line in open("/proc/self/maps") if "/cv2/cv2" in line}, "and not twice"
print(cv2.__version__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
