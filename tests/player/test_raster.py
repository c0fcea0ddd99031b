"""Raster pixels against colours that are known, without Qt."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from player.errors import StreamError
from player.media.raster import RasterConverter, RasterImage, is_rapid
from player.media.raster_pixels import CHECKER_LEVELS, CHECKER_SQUARE, Pixels, checkerboard
from player.records import Orientation, Picture
from tests.ui.video_frames import Case, Floats, alpha_at, colors_at, make_picture, sample_grid

INNER = slice(4, -4)


def drawn(picture: Picture, size: tuple[int, int]) -> Pixels:
    image = RasterConverter().convert(picture, size)
    assert image.size == size
    assert (image.pixels[..., 3] == 255).all()
    return image.pixels


def rgb_of(pixels: Pixels) -> Floats:
    return pixels[..., 2::-1].astype(float)


def expected(size: tuple[int, int]) -> Floats:
    return colors_at(*sample_grid(size)) * 255


@pytest.mark.parametrize("size", [(192, 128), (150, 100), (61, 41), (384, 256)])
@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le", "yuv444p12le", "nv12", "p010le", "gbrp", "rgb48le"])
def test_colors_come_out_right_at_every_size(name: str, size: tuple[int, int]) -> None:
    error = np.abs(rgb_of(drawn(make_picture(Case("", name)), size)) - expected(size))[INNER, INNER]
    assert error.max() <= 3.5
    assert error.mean() <= 1.0


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("colorspace", [1, 4, 5, 6, 7, 8, 9])
def test_every_matrix_and_range(colorspace: int, full: bool) -> None:
    picture = make_picture(Case("", "yuv444p10le", colorspace=colorspace, full=full))
    error = np.abs(rgb_of(drawn(picture, (160, 100))) - expected((160, 100)))[INNER, INNER]
    assert error.max() <= 2.5


def test_the_identity_matrix_is_green_blue_red() -> None:
    codes = np.empty((3, 32, 32), np.uint8)
    codes[0], codes[1], codes[2] = 150, 100, 200
    frame = av.VideoFrame.from_ndarray(codes, format="yuv444p")
    frame.colorspace, frame.color_range = 0, 2
    pixels = drawn(replace(make_picture(Case("", "yuv444p")), frame=frame), (32, 32))
    assert pixels[0, 0].tolist() == pytest.approx([100, 150, 200, 255], abs=1)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_orientation_turns_whole_pixels(mirrored: bool, turns: int) -> None:
    upright = make_picture(Case("", "yuv420p"))
    pixels = drawn(upright, (192, 128))
    turned = np.rot90(pixels[:, ::-1] if mirrored else pixels, -turns)
    picture = replace(upright, orientation=Orientation(mirrored, turns))
    assert np.array_equal(drawn(picture, (turned.shape[1], turned.shape[0])), turned)


@pytest.mark.parametrize("name", ["bgra", "yuv420p", "rgb24"])
def test_bottom_up_frames_are_upright(name: str) -> None:
    case = Case("", name)
    flipped = make_picture(replace(case, bottom_up=True))
    assert flipped.frame.planes[0].line_size < 0
    assert np.array_equal(drawn(flipped, (192, 128)), drawn(make_picture(case), (192, 128)))


@pytest.mark.parametrize("name", ["rgba", "yuva444p", "ya8", "gbrap12le"])
def test_transparent_pictures_lie_on_a_dark_checkerboard(name: str) -> None:
    size = (192, 128)
    clear = drawn(make_picture(Case("", name, full=name == "ya8")), size)[..., :3].astype(float)
    alpha = alpha_at(sample_grid(size)[0])[..., None]
    if name == "ya8":  # grey of unknown weights: at its most transparent the squares show all the same
        assert np.ptp(clear[:, :8], axis=(0, 1)).max() >= 0.7 * (CHECKER_LEVELS[1] - CHECKER_LEVELS[0])
        return
    solid = expected(size)[..., ::-1]
    want = solid * alpha + checkerboard(*size) * (1 - alpha)
    assert np.abs(clear - want).max() <= 3


def test_the_checkerboard_starts_dark_and_alternates() -> None:
    board = checkerboard(3 * CHECKER_SQUARE, 2 * CHECKER_SQUARE)[..., 0]
    dark, light = CHECKER_LEVELS
    corners = board[::CHECKER_SQUARE, ::CHECKER_SQUARE].tolist()
    assert corners == [[dark, light, dark], [light, dark, light]]


def test_full_range_grey_is_left_alone() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    frame = av.VideoFrame.from_ndarray(ramp, format="gray")
    pixels = drawn(replace(make_picture(Case("", "gray")), frame=frame), (256, 16))
    assert np.array_equal(pixels[..., 0], ramp)
    assert np.array_equal(pixels[..., 2], ramp)


@pytest.mark.parametrize(("name", "white"), [("gray", 235), ("gray10le", 940), ("gray12le", 3760)])
def test_limited_range_grey_is_stretched(name: str, white: int) -> None:
    kind = np.uint8 if name == "gray" else np.uint16
    codes = np.full((16, 16), white, kind)
    codes[:, :8] = white * 16 // 235
    frame = av.VideoFrame.from_ndarray(codes, format=name)
    frame.color_range = 1
    pixels = drawn(replace(make_picture(Case("", "gray")), frame=frame), (16, 16))
    assert pixels[8, 2, :3].tolist() == pytest.approx([0, 0, 0], abs=1)
    assert pixels[8, 13, :3].tolist() == pytest.approx([255, 255, 255], abs=1)


def test_fine_detail_is_averaged_when_made_much_smaller() -> None:
    stripes = np.zeros((256, 256), np.uint8)
    stripes[:, ::2] = 255
    frame = av.VideoFrame.from_ndarray(stripes, format="gray")
    pixels = drawn(replace(make_picture(Case("", "gray")), frame=frame), (64, 64))[INNER, INNER, 0]
    assert np.abs(pixels.astype(int) - 128).max() <= 4


@pytest.mark.parametrize("size", [(384, 256), (300, 200), (121, 81), (768, 512)])
@pytest.mark.parametrize("name", ["yuv420p", "yuv422p", "yuvj420p", "yuv420p10le", "nv12", "p010le"])
def test_the_quick_way_is_close(name: str, size: tuple[int, int]) -> None:
    picture = make_picture(Case("", name, full=name == "yuvj420p", size=(384, 256)))
    image = RasterConverter().convert(picture, size, quick=True)
    assert (image.quick, image.size) == (True, size)
    error = np.abs(rgb_of(image.pixels) - expected(size))[INNER, INNER]
    assert error.max() <= 6.5
    assert error.mean() <= 1.7


@pytest.mark.parametrize("name", ["yuv444p", "yuva420p", "gbrp", "gray"])
def test_what_the_quick_way_would_harm_goes_the_fine_way(name: str) -> None:
    picture = make_picture(Case("", name, full=True))
    image = RasterConverter().convert(picture, (150, 100), quick=True)
    assert not image.quick
    assert np.array_equal(image.pixels, drawn(picture, (150, 100)))


def test_the_quick_way_turns_and_flips_too() -> None:
    case = Case("", "yuv420p")
    upright = RasterConverter().convert(make_picture(case), (192, 128), quick=True).pixels
    flipped = RasterConverter().convert(make_picture(replace(case, bottom_up=True)), (192, 128), quick=True).pixels
    assert np.array_equal(flipped, upright)
    turned = make_picture(replace(case, orientation=Orientation(True, 1)))
    pixels = RasterConverter().convert(turned, (128, 192), quick=True).pixels
    assert np.array_equal(pixels, np.rot90(upright[:, ::-1], -1))


@pytest.mark.parametrize(
    ("size", "rate", "rapid"),
    [((1280, 720), 60, True), ((1280, 720), 30, False), ((1920, 1080), 30, True), ((1920, 1080), 0, False)],
)
def test_what_is_rapid(size: tuple[int, int], rate: int, rapid: bool) -> None:
    picture = replace(make_picture(Case("", "yuv420p")), duration_s=1 / rate if rate else 0.0)
    assert is_rapid(picture, size) is rapid


def test_the_frame_keeps_its_tags() -> None:
    picture = make_picture(Case("", "yuv420p", colorspace=9))
    drawn(picture, (64, 64))
    assert (int(picture.frame.colorspace), int(picture.frame.color_range)) == (9, 1)


def test_a_converter_follows_changes_of_size_and_format() -> None:
    converter = RasterConverter()
    for name, coded in (("yuv420p", (64, 48)), ("gbrp10le", (97, 65)), ("yuv420p", (64, 48))):
        image = converter.convert(make_picture(Case("", name, size=coded)), (80, 60))
        assert np.abs(rgb_of(image.pixels) - expected((80, 60)))[INNER, INNER].max() <= 5


def test_a_format_that_libswscale_dies_of_is_refused() -> None:
    frame = av.VideoFrame(16, 16, "yaf32le")
    with pytest.raises(StreamError, match="yaf32le"):
        RasterConverter().convert(replace(make_picture(Case("", "gray")), frame=frame), (16, 16))


def test_a_format_that_libswscale_does_not_know_is_refused() -> None:
    frame = av.VideoFrame(16, 16, "rgb96le")
    with pytest.raises(StreamError, match="rgb96le"):
        RasterConverter().convert(replace(make_picture(Case("", "gray")), frame=frame), (16, 16))


def test_sample_aspect_only_changes_the_size_asked_for() -> None:
    picture = make_picture(Case("", "yuv420p", aspect=Fraction(2)))
    assert picture.display_size == (384, 128)
    error = np.abs(rgb_of(drawn(picture, picture.display_size)) - expected(picture.display_size))[INNER, INNER]
    assert error.max() <= 3.5


def test_lines_must_hold_their_pixels() -> None:
    with pytest.raises(ValueError, match="whole"):
        RasterImage.of(np.zeros((4, 15), np.uint8), 4)
    with pytest.raises(ValueError, match="whole"):
        RasterImage(memoryview(bytes(63)), 4, 16)
