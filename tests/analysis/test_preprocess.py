"""The network's input against the displayed picture scaled in floats by OpenCV, for everything pictures can be."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.card import InputSpec
from player.analysis.input_map import InputMap, fit_input, turned_upright
from player.analysis.picture_planes import PlaneReader, direct_uses
from player.analysis.planes import Planes
from player.analysis.preprocess import Preprocessor
from player.media.displayed import displayed_rgb
from player.records import Orientation, Picture
from tests.ui.video_cases import FORMATS, cases
from tests.ui.video_frames import Case, make_picture

cv2: Any = pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)

Floats = NDArray[np.float32]
BOX = InputSpec(96, 64, "letterbox", fill=114)
CONVERTED = {"xv30le", "x2rgb10le", "gbrpf32le", "grayf32le", "rgb565le"}
"""Of FORMATS those that cannot be read in place."""
ODD_IN_SWSCALE = {"odd", "odd-p010", "odd-nv12", "odd-yuyv", "bottom-up-yuv"}
"""libswscale, which shows the reference, stretches the chroma of odd sizes (see tests.ui.video_cases)."""


CASES = [case for case in cases() if case.name not in ODD_IN_SWSCALE]
CASES += [Case(name, name) for name in ("yuv420p9le", "yuv422p14le", "yuv420p10be", "nv20le", "yuv444p12msble")]


def reference(picture: Picture, spec: InputSpec, at: InputMap) -> Floats:
    """(3, height, width): what the network would be given by cv2.imread, cv2.resize and a paste, in levels."""
    x, y, width, height = at.region
    region = displayed_rgb(picture).transpose(2, 0, 1)[:, y : y + height, x : x + width].astype(np.float32)
    upright = np.ascontiguousarray(turned_upright(region, at.orientation).transpose(1, 2, 0))
    left, top, across, down = at.content
    made = np.full((at.input_size[1], at.input_size[0], 3), spec.fill, np.float32)
    made[top : top + down, left : left + across] = cv2.resize(upright, (across, down), interpolation=cv2.INTER_LINEAR)
    planes: Floats = made.transpose(2, 0, 1)
    return planes


def prepared(picture: Picture, spec: InputSpec, at: InputMap) -> Floats:
    batch = Preprocessor(spec).prepare([PlaneReader().read(picture)], [at])
    return np.asarray(batch[0])


def mapped(picture: Picture, spec: InputSpec = BOX, region: tuple[int, int, int, int] | None = None) -> InputMap:
    return fit_input(
        spec,
        picture.coded_size,
        orientation=picture.orientation,
        sample_aspect=picture.sample_aspect,
        region=region,
    )


def apart(picture: Picture, spec: InputSpec = BOX, region: tuple[int, int, int, int] | None = None) -> Floats:
    at = mapped(picture, spec, region)
    error: Floats = np.abs(prepared(picture, spec, at) - reference(picture, spec, at))
    return error


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_equals_the_displayed_picture_scaled(case: Case) -> None:
    """Every layout, matrix, range, orientation and aspect; shrinking and growing."""
    error = apart(make_picture(case))
    assert error.max() <= (2.5 if case.name == "larger" else 2)
    assert error.mean() <= 0.7


@pytest.mark.parametrize("name", [case.name for case in cases() if case.name in ODD_IN_SWSCALE])
def test_odd_sizes_keep_their_chroma_in_its_place(name: str) -> None:
    """Against the same colours without subsampling, which libswscale shows right."""
    case = next(case for case in cases() if case.name == name)
    picture = make_picture(case)
    full = make_picture(dataclasses.replace(case, format="yuv444p16le", bottom_up=False))
    at = mapped(picture)
    error = np.abs(prepared(picture, BOX, at) - reference(full, BOX, at))
    left, top, width, height = at.content
    inside = error[:, top : top + height, left : left + width - 1]  # the last column: p010 is made without its chroma
    assert inside.max() <= 3


def is_converted(planes: Planes) -> bool:
    """Or red, green and blue of 8 bits to begin with."""
    values = planes.planes[0].values
    return planes.places == ((0, 0), (0, 1), (0, 2)) and values.shape[2] == 3 and values.dtype == np.uint8


@pytest.mark.parametrize("name", FORMATS)
def test_layouts_of_whole_bytes_are_read_in_place(name: str) -> None:
    assert (direct_uses(name) is None) == (name in CONVERTED)
    case = Case("", name)
    picture, converted = make_picture(case), name in CONVERTED or case.is_transparent
    assert is_converted(PlaneReader().read(picture)) == (converted or name == "rgb24")


def noisy(name: str, size: tuple[int, int]) -> Picture:
    """Each pixel's luma (or R'G'B') another value, within what can be shown, so that a sample taken beside its place
    is far off. Chroma is a slope: where that is interpolated in two steps or in one makes no difference."""
    picture = make_picture(Case("", name, size=size))
    random = np.random.default_rng(7)
    for number, plane in enumerate(picture.frame.planes):
        values = random.integers(80, 180, (plane.height, plane.line_size), dtype=np.uint8)
        slope = np.linspace(114, 140, plane.line_size)[None] + np.linspace(-4, 4, plane.height)[:, None]
        if name == "yuyv422":
            values[:, 1::2] = slope[:, 1::2]
        elif name.startswith(("yuv", "nv")) and number > 0:
            values[...] = slope
        plane.update(values.tobytes())
    return picture


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p", "yuv444p", "nv12", "gray", "rgb24", "bgr0", "yuyv422"])
@pytest.mark.parametrize("side", [(96, 64), (61, 47), (200, 150), (400, 300)])
def test_samples_are_taken_at_their_place(name: str, side: tuple[int, int]) -> None:
    picture = noisy(name, (200, 150))
    assert apart(picture, InputSpec(*side)).max() <= 2.5


@pytest.mark.parametrize("orientation", [Orientation(True, 1), Orientation(False, 2)], ids=str)
@pytest.mark.parametrize("region", [(20, 10, 100, 80), (33, 27, 71, 51), (199, 149, 1, 1)])
def test_a_region_is_all_that_is_seen(region: tuple[int, int, int, int], orientation: Orientation) -> None:
    """At odd places too, where it begins within a chroma sample."""
    picture = dataclasses.replace(noisy("yuv420p", (200, 150)), orientation=orientation)
    assert apart(picture, InputSpec(48, 32, "letterbox"), region).max() <= 2.5


@pytest.mark.parametrize("transfer", [16, 18])
@pytest.mark.parametrize("name", ["yuv420p10le", "p010le", "gbrp10le"])
def test_hdr_is_mapped_as_on_the_screen(transfer: int, name: str) -> None:
    picture = make_picture(Case("", name, colorspace=9, size=(320, 240)))
    plain = prepared(picture, BOX, mapped(picture))
    picture.frame.color_trc = transfer
    picture.frame.color_primaries = 9
    error = apart(picture)
    assert error.mean() <= 0.3
    assert (error > 2).mean() <= 0.03  # the display's table is less exact where a colour leaves BT.709
    assert np.abs(prepared(picture, BOX, mapped(picture)) - plain).mean() > 5


@pytest.mark.parametrize("name", ["rgba", "yuva420p", "ya8", "gbrap", "argb"])
def test_opaque_pictures_with_alpha_are_read_in_place(name: str) -> None:
    picture = make_picture(Case("", name, size=(64, 48)))
    assert is_converted(PlaneReader().read(picture))
    uses = direct_uses(name)
    assert uses is not None
    alpha = uses[-1]
    plane = picture.frame.planes[alpha.part.plane]
    data = np.frombuffer(memoryview(plane), np.uint8).copy()
    data[alpha.offset :: alpha.step] = 255
    plane.update(data.tobytes())
    assert not is_converted(PlaneReader().read(picture))
    assert apart(picture).max() <= 2.5  # libswscale is less exact with alpha


@pytest.mark.parametrize("name", ["monow", "monob", "pal8", "xyz12le", "bayer_rggb8", "uyyvyy411"])
def test_every_layout_works(name: str) -> None:
    frame = av.VideoFrame(40, 24, name)
    for plane in frame.planes:
        plane.update(bytes(range(48, 64)) * (plane.buffer_size // 16) + bytes(plane.buffer_size % 16))
    picture = dataclasses.replace(make_picture(Case("", "gray")), frame=frame)
    error = apart(picture, InputSpec(20, 12))
    assert error.mean() <= 3


def test_sizes_down_to_one_pixel() -> None:
    for size in ((1, 1), (1, 9), (2, 1), (3, 5)):
        for name in ("yuv420p", "nv12", "gray", "yuv422p10le", "rgb24"):
            picture = make_picture(Case("", name, size=size))
            made = prepared(picture, BOX, mapped(picture))
            assert np.isfinite(made).all()


def test_values_are_what_the_card_says() -> None:
    """(level * scale - mean) / std, channel by channel, in the order asked for; the letterbox's filling too."""
    picture = make_picture(Case("", "rgb24", size=(200, 100)))
    levels = InputSpec(96, 96, "letterbox", fill=114)
    at = mapped(picture, levels)
    plain = prepared(picture, levels, at)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    spec = dataclasses.replace(levels, order="bgr", scale=1 / 255, mean=mean, std=std)
    wanted = (plain[::-1] / 255 - np.array(mean)[:, None, None]) / np.array(std)[:, None, None]
    assert np.abs(prepared(picture, spec, at) - wanted).max() < 1e-5
    assert plain[0, 0, 0] == 114
    negative = dataclasses.replace(levels, scale=-1.0, mean=(-255.0,) * 3)
    assert np.abs(prepared(picture, negative, at) - (255 - plain)).max() < 1e-3


@pytest.mark.parametrize("name", ["yuv420p", "rgb24", "gray"])
def test_a_gray_input_is_the_picture_without_colour(name: str) -> None:
    spec = InputSpec(96, 64, "letterbox", fill=114, order="gray", scale=1 / 255, mean=(0.5,) * 3, std=(0.25,) * 3)
    picture = make_picture(Case("", name))
    at = mapped(picture, spec)
    levels = cv2.cvtColor(reference(picture, spec, at).transpose(1, 2, 0), cv2.COLOR_RGB2GRAY)
    made = prepared(picture, spec, at)
    assert made.shape == (1, 64, 96)
    assert np.abs(made[0] - (levels / 255 - 0.5) / 0.25).max() <= 2 / 255 / 0.25


def test_a_crop_is_the_middle_alone() -> None:
    picture = make_picture(Case("", "yuv420p"))
    spec = InputSpec(32, 32, "crop", crop=0.875)
    at = mapped(picture, spec)
    width, height = picture.coded_size
    assert at.region[2] < width
    assert at.region[3] < height
    assert np.abs(prepared(picture, spec, at) - reference(picture, spec, at)).max() <= 2


def test_values_beyond_black_and_white_are_clipped() -> None:
    picture = noisy("yuv444p", (64, 48))
    for plane, value in zip(picture.frame.planes, (235, 16, 240), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    made = prepared(picture, InputSpec(16, 16), mapped(picture, InputSpec(16, 16)))
    assert made[0].max() == made[0].min() == 255
    assert made.min() >= 0


def test_a_batch_is_its_pictures() -> None:
    """The memory is used again, borders and all: what was before in it does not show."""
    pictures = [
        make_picture(Case("", "yuv420p", size=(200, 100))),
        make_picture(Case("", "rgb24", size=(60, 90), orientation=Orientation(True, 3))),
        make_picture(Case("", "gray", size=(90, 100), aspect=Fraction(2))),
    ]
    worker, reader = Preprocessor(BOX), PlaneReader()
    for order in ((0, 1, 2), (2, 0, 1), (1, 1, 1), (0, 1)):
        chosen = [pictures[number] for number in order]
        maps = [mapped(picture) for picture in chosen]
        batch = worker.prepare([reader.read(picture) for picture in chosen], maps)
        assert batch.shape == (len(order), 3, 64, 96)
        assert batch.dtype == np.float32
        for item, picture, at in zip(batch, chosen, maps, strict=True):
            assert np.array_equal(item, prepared(picture, BOX, at))


def test_the_pictures_own_memory_is_left_alone() -> None:
    picture = make_picture(Case("", "yuv420p"))
    before = [bytes(plane) for plane in picture.frame.planes]
    prepared(picture, BOX, mapped(picture))
    assert [bytes(plane) for plane in picture.frame.planes] == before
