"""Pixel formats as textures: every format has a way, and no upload reaches outside its plane."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.format import VideoFormat

from player.media.color import Siting, color_of
from tests.ui.video_cases import FORMATS
from tests.ui.video_frames import Case, make_frame
from ui.video.yuv_planes import ALPHA, color_sum, layout_of, plane_data, stand_in, texture_place, texture_step

ALL_FORMATS: set[str] = vars(av.video.format)["names"]  # PyAV's stub leaves it out
DIRECT = [name for name in FORMATS if layout_of(name)]


def test_what_goes_up_as_it_is() -> None:
    converted = {"rgb24", "bgr24", "rgb48le", "rgba64le", "bgra64le"}
    converted |= {
        "y210le",
        "xv30le",
        "vuya",
        "x2rgb10le",
        "gbrpf32le",
        "grayf32le",
        "rgb48be",
        "yuv444p16be",
        "rgb565le",
    }
    assert set(FORMATS) - set(DIRECT) == converted


@pytest.mark.parametrize("bottom_up", [False, True])
@pytest.mark.parametrize("name", DIRECT)
def test_uploads_stay_inside_their_planes(name: str, bottom_up: bool) -> None:
    layout = layout_of(name)
    assert layout is not None
    for size in ((64, 48), (33, 17)):
        frame = make_frame(Case("", name, size=size, bottom_up=bottom_up))
        for use in layout.planes:
            data, plane = plane_data(frame, use), frame.planes[use.plane]
            rows = use.size(*size)[1]
            first = plane.buffer_ptr if not bottom_up else plane.buffer_ptr + (rows - 1) * plane.line_size
            assert data.bottom_up == bottom_up
            assert data.address == first
            assert data.size_bytes <= abs(plane.line_size) * rows
            assert data.stride * (rows - 1) + use.size(*size)[0] * use.store.texel_bytes == data.size_bytes


@pytest.mark.parametrize(
    ("name", "wide", "narrow"),
    [
        ("rgb24", "gbrp", "gbrp"),
        ("pal8", "bgra", "bgra"),
        ("rgb48be", "gbrp16le", "gbrp"),
        ("rgba64le", "gbrap16le", "bgra"),
        ("yuv420p10le", "yuv420p16le", "yuv420p"),
        ("yuva444p12be", "yuva444p16le", "yuva444p"),
        ("p010be", "yuv444p16le", "yuv444p"),
        ("gray16be", "gray16le", "gray"),
        ("grayf32le", "gray16le", "gray"),
        ("ya16be", "ya16le", "ya8"),
        ("monow", "gray", "gray"),
        ("bayer_rggb8", "gbrp16le", "gbrp"),
        ("yuvj440p", "yuv440p", "yuv440p"),
    ],
)
def test_stand_ins_lose_no_depth(name: str, wide: str, narrow: str) -> None:
    assert stand_in(VideoFormat(name), wide=True) == wide
    assert stand_in(VideoFormat(name), wide=False) == narrow


@pytest.mark.parametrize("wide", [False, True])
def test_every_stand_in_has_a_layout(wide: bool) -> None:
    for name in ALL_FORMATS:
        layout = layout_of(stand_in(VideoFormat(name), wide=wide))
        assert layout is not None, name
        assert wide or not layout.wide, name


def test_every_component_is_held_once() -> None:
    for name in DIRECT:
        layout = layout_of(name)
        assert layout is not None
        held = sorted(component for use in layout.planes for component in use.holds if component is not None)
        wanted = [0] if layout.kind == "gray" else [0, 1, 2]
        assert held == wanted + [ALPHA] * layout.transparent, name


def test_formats_without_textures() -> None:
    for name in ("yuv420p10be", "gray32le", "pal8", "rgb24", "xyz12le", "nv20be"):
        assert layout_of(name) is None


def test_opaque_formats_have_a_constant_alpha() -> None:
    for name, constant_alpha in (("yuv420p", 1.0), ("yuva420p", 0.0), ("bgr0", 1.0), ("bgra", 0.0)):
        layout = layout_of(name)
        assert layout is not None
        matrices, constant = color_sum(layout, color_of(1, 1, name, 640, 480))
        assert constant[3] == constant_alpha
        assert np.count_nonzero(matrices[:, 3]) == (1 - constant_alpha)


def test_left_siting_moves_chroma_half_a_luma_pixel() -> None:
    layout = layout_of("yuv420p")
    assert layout is not None
    luma, chroma = layout.planes[:2]
    size = (64, 48)
    assert texture_place(luma, size, Siting.LEFT, bottom_up=False).tolist() == [1, 1, 0, 0]
    assert texture_place(chroma, size, Siting.CENTRE, bottom_up=False).tolist() == [1, 1, 0, 0]
    # The first chroma sample lies on the first luma pixel: 0.5 / 64 of the picture is 0.5 / 32 of the texture.
    scale, _, offset, _ = texture_place(chroma, size, Siting.LEFT, bottom_up=False)
    assert scale * (0.5 / 64) + offset == pytest.approx(0.5 / 32)
    _, scale, _, offset = texture_place(chroma, size, Siting.TOP_LEFT, bottom_up=False)
    assert scale * (0.5 / 48) + offset == pytest.approx(0.5 / 24)


def test_a_bottom_up_texture_is_read_from_its_end() -> None:
    layout = layout_of("yuv420p")
    assert layout is not None
    for use in layout.planes:
        upright = texture_place(use, (33, 17), Siting.TOP_LEFT, bottom_up=False)
        flipped = texture_place(use, (33, 17), Siting.TOP_LEFT, bottom_up=True)
        for v in (0.0, 0.3, 1.0):
            assert flipped[1] * v + flipped[3] == pytest.approx(1 - (upright[1] * v + upright[3]), abs=1e-6)


def test_a_step_counts_texels_a_shown_pixel() -> None:
    layout = layout_of("yuv420p")
    assert layout is not None
    assert texture_step(layout.planes[0], (1920, 1080), (1280, 540)).tolist() == [1920, 1080, 1.5, 2]
    assert texture_step(layout.planes[1], (1920, 1080), (1280, 540)).tolist() == [960, 540, 0.75, 1]
