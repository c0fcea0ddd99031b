"""Displayed patches against a float reference written from the standards: at most 2 of 255 apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.media.color import Primaries, Transfer, picture_color
from player.media.displayed import displayed_rgb
from player.media.look import Look, Mapping, mapping_of
from player.media.raster import RasterConverter
from player.media.still import PngMaker
from player.media.tone import compressed, map_rgb
from player.media.tone_filter import ToneFilter
from player.records import Picture
from tests.helpers.color_reference import eetf, hdr_on_screen, pq_eotf, rgb_of_codes
from tests.helpers.patches import PATCH, SUBSAMPLING, patch_codes, patch_picture

CASES = [
    (colorspace, full, bits, sampling)
    for colorspace in (5, 1, 9)
    for full in (False, True)
    for bits in (8, 10)
    for sampling in SUBSAMPLING
]


def wanted(colorspace: int, full: bool, bits: int) -> NDArray[np.float64]:
    return np.array([rgb_of_codes(codes, colorspace, bits, full=full) for codes in patch_codes(bits)]) * 255


def middles(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """The colour in the middle of every patch of a row of them."""
    return pixels[pixels.shape[0] // 2, PATCH // 2 :: PATCH, :3].astype(float)


@pytest.mark.parametrize(("colorspace", "full", "bits", "sampling"), CASES)
def test_patches_are_the_standards(colorspace: int, full: bool, bits: int, sampling: str) -> None:
    picture = patch_picture(colorspace, full, bits, sampling)
    want = wanted(colorspace, full, bits)
    assert np.abs(middles(displayed_rgb(picture)) - want).max() <= (1 if bits == 8 or not full else 1.5)
    width, height = picture.coded_size
    smaller = RasterConverter().convert(picture, (width // 2, height // 2)).pixels[..., 2::-1]
    assert np.abs(smaller[height // 4, PATCH // 4 :: PATCH // 2].astype(float) - want).max() <= 2
    still = PngMaker(untagged_601=False).convert(picture.frame).to_ndarray()
    assert np.abs(middles(still) / (257 if bits > 8 else 1) - want).max() <= 2


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_hdr_is_the_standards_on_screen(transfer: str) -> None:
    picture = patch_picture(9, False, 10, "444", trc=16 if transfer == "pq" else 18)
    signal = [rgb_of_codes(codes, 9, 10, full=False) for codes in patch_codes(10)]
    want = np.array([hdr_on_screen(rgb, transfer) for rgb in signal]) * 255
    exact = map_rgb(np.array(signal), Mapping(Transfer(transfer), Primaries.BT2020)) * 255
    assert np.abs(exact - want).max() <= 0.5
    assert np.abs(middles(displayed_rgb(picture)) - want).max() <= 2
    plain = displayed_rgb(picture, Look(tone_map=False))
    assert np.abs(middles(plain) - np.array(signal) * 255).max() <= 1


def test_the_curve_is_bt_2390s() -> None:
    light = np.array([0.01, 1, 26, 58, 90, 100, 203, 400, 800, 1000, 4000])
    assert compressed(light) == pytest.approx([eetf(each) for each in light], rel=1e-6)
    assert compressed(np.array([50.0]))[0] == pytest.approx(50)  # below the knee nothing changes
    assert compressed(np.array([1000.0]))[0] == pytest.approx(203)


def test_tone_mapping_is_monotone() -> None:
    for transfer in (Transfer.PQ, Transfer.HLG):
        grey = np.linspace(0, 1, 1024)[:, None].repeat(3, axis=1)
        shown = map_rgb(grey, Mapping(transfer, Primaries.BT2020))
        assert (np.diff(shown[:, 1]) >= 0).all()
        assert np.ptp(shown, axis=1).max() < 1e-9  # grey stays grey
        assert shown[0, 0] == 0
        assert shown[-1, 0] == pytest.approx(1)


def test_pq_has_its_known_points() -> None:
    assert pq_eotf(0.0) == 0
    assert pq_eotf(1.0) == pytest.approx(10000)
    assert pq_eotf(0.5806889) == pytest.approx(203, rel=1e-4)  # BT.2408's reference white is 58 %


def test_every_hdr_colour_is_near_the_exact_one() -> None:
    """The quick table against the formula: far off only where colours leave BT.709's, and rarely."""
    codes = np.random.default_rng(5).integers(0, 65536, (96, 512, 3)).astype(np.uint16)
    frame = av.VideoFrame(512, 96, "gbrp16le")
    for plane, place in zip(frame.planes, (1, 2, 0), strict=True):
        plane.update(np.ascontiguousarray(codes[..., place]).tobytes())
    for transfer in (Transfer.PQ, Transfer.HLG):
        mapping = Mapping(transfer, Primaries.BT2020)
        packed = ToneFilter().packed(frame, mapping, 65535).reshape(96, 512, 4)
        error = np.abs(packed[..., 2::-1] - map_rgb(codes / 65535, mapping) * 255)
        assert (error > 2.5).mean() < 0.0015
        assert error.mean() < 0.5


def test_a_picture_that_needs_no_conversion_before_is_left_alone() -> None:
    codes = np.full((96, 96), 40000, np.uint16)
    frame = av.VideoFrame(96, 96, "gbrp16le")
    for plane in frame.planes:
        plane.update(codes.tobytes())
    frame.color_trc, frame.color_primaries = 16, 9
    picture = replace(patch_picture(9, False, 8, "444"), frame=frame)
    want = np.array(hdr_on_screen((40000 / 65535,) * 3, "pq")) * 255
    for _ in range(3):
        assert np.abs(displayed_rgb(picture) - want).max() <= 2
    assert frame.pts is None


def test_a_single_pixel_is_mapped_exactly() -> None:
    picture = patch_picture(9, False, 10, "444", trc=18)
    want = np.array([hdr_on_screen(rgb_of_codes(codes, 9, 10, full=False), "hlg") for codes in patch_codes(10)]) * 255
    for at, colour in enumerate(want):
        pixel = displayed_rgb(picture, region=(at * PATCH + PATCH // 2, PATCH, 1, 1))[0, 0]
        assert np.abs(pixel - colour).max() <= 2


def test_primaries_of_the_standard_range_are_converted_on_request_only() -> None:
    picture = patch_picture(9, False, 10, "444", primaries=9)
    assert np.abs(middles(displayed_rgb(picture)) - wanted(9, False, 10)).max() <= 1
    look = Look(override=replace(Look().override, primaries=Primaries.BT2020))
    light = (wanted(9, False, 10) / 255) ** 2.4 @ np.array(
        [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
    ).T
    want = light.clip(0, 1) ** (1 / 2.4) * 255
    assert np.abs(middles(displayed_rgb(picture, look)) - want).max() <= 2


def test_what_needs_no_mapping_has_none() -> None:
    def mapping(picture: Picture, look: Look) -> Mapping | None:
        return mapping_of(picture_color(picture, look.override), look)

    sdr, hdr = patch_picture(9, False, 10, "420"), patch_picture(9, False, 10, "420", trc=18)
    assert mapping(sdr, Look()) is None
    assert mapping(hdr, Look()) == Mapping(Transfer.HLG, Primaries.BT2020)
    assert mapping(hdr, Look(tone_map=False)) is None
    as_sdr = Look(override=replace(Look().override, transfer=Transfer.SDR))
    assert mapping(hdr, as_sdr) is None
    as_pq = Look(override=replace(Look().override, transfer=Transfer.PQ))
    assert mapping(sdr, as_pq) == Mapping(Transfer.PQ, Primaries.BT2020)
