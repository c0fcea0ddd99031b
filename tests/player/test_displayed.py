"""What a region, a field and an override make of pixels, against the whole picture's."""

from __future__ import annotations

import dataclasses

import av
import numpy as np
import pytest
from av.video.plane import VideoPlane

from player.media.color import Matrix, Range, Transfer
from player.media.displayed import displayed_rgb
from player.media.frame_parts import FrameParts
from player.media.look import CHANNELS, PLAIN, ColorOverride, Field, Look
from player.media.raster import RasterConverter
from player.media.raster_pixels import Pixels
from player.records import Orientation, Picture
from tests.ui.video_cases import FORMATS
from tests.ui.video_frames import Case, colors_at, make_picture, sample_grid

SIZE = (96, 80)
FIELDS: tuple[tuple[Field, int], ...] = (("top", 0), ("bottom", 1))


def picture_of(name: str) -> Picture:
    return make_picture(Case("", name, size=SIZE, full=name.startswith("yuvj")))


def lines_of(plane: VideoPlane) -> Pixels:
    """The first 48 bytes of every line: no padding among them."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, :48]


@pytest.mark.parametrize("name", FORMATS)
def test_a_region_is_a_part_of_the_whole(name: str) -> None:
    picture, converter = picture_of(name), RasterConverter()
    opaque = name.startswith(("yuva", "gbrap", "ya", "rgba", "bgra", "argb", "abgr", "vuya")) is False
    whole = displayed_rgb(picture, converter=converter)
    assert whole.shape == (80, 96, 3)
    for region in ((0, 0, 5, 7), (13, 9, 31, 22), (95, 79, 1, 1), (0, 16, 96, 64)):
        x, y, width, height = region
        part = displayed_rgb(picture, region=region, converter=converter).astype(int)
        assert part.shape == (height, width, 3)
        if opaque:  # the checkerboard begins anew in every region
            assert np.abs(part - whole[y : y + height, x : x + width]).max() <= 1


@pytest.mark.parametrize("turns", range(4))
def test_a_region_is_turned_like_the_whole(turns: int) -> None:
    picture = make_picture(Case("", "yuv420p", size=SIZE, orientation=Orientation(True, turns)))
    region = (11, 20, 30, 17)
    size = (30, 17) if turns % 2 == 0 else (17, 30)
    pixels = RasterConverter().convert(picture, size, region=region).pixels[..., 2::-1]
    part = displayed_rgb(picture, region=region)
    assert np.array_equal(pixels, np.rot90(part[:, ::-1], -turns))


def test_a_region_may_be_scaled() -> None:
    image = RasterConverter().convert(picture_of("yuv420p"), (60, 40), region=(24, 16, 30, 20))
    u, v = sample_grid((60, 40))
    wanted = colors_at((24 + 30 * u) / SIZE[0], (16 + 20 * v) / SIZE[1]) * 255
    assert np.abs(image.pixels[..., 2::-1] - wanted)[6:-6, 6:-6].max() <= 4


@pytest.mark.parametrize("region", [(-1, 0, 5, 5), (0, 0, 0, 5), (90, 0, 7, 5), (0, 79, 5, 2)])
def test_a_region_outside_is_refused(region: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="in the picture"):
        displayed_rgb(picture_of("yuv420p"), region=region)


@pytest.mark.parametrize("name", ["yuv422p", "yuv422p10le", "nv16", "rgb24", "uyvy422"])
def test_a_field_is_its_lines_twice(name: str) -> None:
    picture = picture_of(name)
    whole = displayed_rgb(picture)
    for field, first in FIELDS:
        assert np.array_equal(displayed_rgb(picture, Look(field=field)), whole[first::2].repeat(2, axis=0))


@pytest.mark.parametrize("name", ["yuv420p", "nv12"])
def test_a_fields_chroma_is_its_own(name: str) -> None:
    frame = picture_of(name).frame
    for top in (True, False):
        for before, after in zip(frame.planes, FrameParts().field(frame, top=top).planes, strict=True):
            lines, kept = lines_of(before), lines_of(after)
            assert np.array_equal(kept, lines[0 if top else 1 :: 2].repeat(2, axis=0))


EVERYTHING = [
    *(Look(channel=channel) for channel in CHANNELS),
    Look(false_color=True, zebra=True),
    Look(field="bottom", override=ColorOverride(transfer=Transfer.HLG)),
    Look(against="split", override=ColorOverride(Matrix.YCGCO, Range.LIMITED)),
]


@pytest.mark.parametrize(
    "name", [*FORMATS, "monow", "monob", "pal8", "xyz12le", "bayer_rggb8", "yuv420p9le", "uyyvyy411"]
)
def test_every_format_takes_every_look(name: str) -> None:
    frame = av.VideoFrame(40, 24, name)
    for plane in frame.planes:
        plane.update(bytes(range(48, 64)) * (plane.buffer_size // 16) + bytes(plane.buffer_size % 16))
    picture = dataclasses.replace(picture_of("gray"), frame=frame)
    converter = RasterConverter()
    for look in EVERYTHING:
        shown = displayed_rgb(picture, look, (5, 3, 21, 17), reference=picture_of("rgb24"), converter=converter)
        assert shown.shape == (17, 21, 3)
        if look.channel != "all":
            assert np.ptp(shown, axis=-1).max() == 0


def test_an_odd_height_keeps_every_line_of_a_field() -> None:
    picture = make_picture(Case("", "gray", size=(64, 5), full=True))
    shown, whole = displayed_rgb(picture, Look(field="bottom")), displayed_rgb(picture)
    assert np.array_equal(shown, whole[[1, 1, 3, 3, 3]])


def test_the_frame_itself_is_left_alone() -> None:
    picture = picture_of("yuv420p")
    before = displayed_rgb(picture)
    displayed_rgb(picture, Look(field="top"))
    assert np.array_equal(displayed_rgb(picture), before)


@pytest.mark.parametrize(("matrix", "number"), [(Matrix.BT601, 5), (Matrix.BT709, 1), (Matrix.BT2020, 9)])
@pytest.mark.parametrize("full", [False, True])
def test_an_override_is_believed_like_a_tag(matrix: Matrix, number: int, full: bool) -> None:
    tagged = make_picture(Case("", "yuv422p", size=SIZE, colorspace=number, full=full))
    said = ColorOverride(matrix=matrix, range=Range.FULL if full else Range.LIMITED)
    mistaken = make_picture(Case("", "yuv422p", size=SIZE, colorspace=number, full=full))
    mistaken.frame.colorspace, mistaken.frame.color_range = 7, 1 if full else 2
    assert np.array_equal(displayed_rgb(mistaken, Look(override=said)), displayed_rgb(tagged))
    assert not np.array_equal(displayed_rgb(mistaken), displayed_rgb(tagged))


@pytest.mark.parametrize("name", ["yuvj420p", "gray", "nv12", "yuv420p10le"])
def test_a_range_that_is_said_counts_for_every_format(name: str) -> None:
    """From black to white of the limited range, whatever the pixel format's own name says."""
    frame = av.VideoFrame(32, 16, name)
    top = 4 if "10" in name else 1
    kind = np.uint8 if top == 1 else np.uint16
    for at, plane in enumerate(frame.planes):
        codes = np.full(plane.line_size * plane.height // kind().itemsize, 128 * top, kind)
        if at == 0:
            codes = np.where(np.arange(codes.size) % 2, 235 * top, 16 * top).astype(kind)
        plane.update(codes.tobytes())
    frame.color_range = 2
    picture = dataclasses.replace(picture_of("gray"), frame=frame)
    shown = displayed_rgb(picture, Look(override=ColorOverride(range=Range.LIMITED)))
    assert np.abs(shown[:, 0::2].astype(int)).max() <= 1
    assert np.abs(shown[:, 1::2].astype(int) - 255).max() <= 1
    unmoved = displayed_rgb(picture)
    assert np.abs(unmoved[:, 0::2].astype(int) - 16).max() <= 1


def test_rgb_has_no_matrix_to_override() -> None:
    picture = picture_of("gbrp")
    said = ColorOverride(matrix=Matrix.BT601, range=Range.LIMITED)
    assert np.array_equal(displayed_rgb(picture, Look(override=said)), displayed_rgb(picture, PLAIN))
