"""Every look comes out alike in both views, and plain patches as the standards have them.

The GPU view needs OpenGL: a program of its own draws all of them under an Xvfb.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from player.media.marks import STRIPE_COLORS
from tests.helpers.color_reference import hdr_on_screen, rgb_of_codes
from tests.helpers.patches import PATCH, patch_codes
from tests.ui.look_cases import LookCase, exact_cases, look_cases
from tests.ui.video_screen import run_under, x_server

EXACT = {case.name: case for case in exact_cases()}
LOOKS = {case.name: case for case in look_cases()}
MARGIN = 6
FEW = 0.004
"""The part of the pixels that may differ more: where a mark begins, or where the quick table for HDR is rough."""
Shown = dict[str, NDArray[np.uint8]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    target = tmp_path_factory.mktemp("looks") / "drawn.npz"
    with x_server() as display:
        run_under(display, ["tests.ui.look_child", str(target)])
    with np.load(target) as found:
        return dict(found)


def inside(drawn: Shown, kind: str, name: str) -> NDArray[np.float64]:
    return drawn[f"{kind}/{name}"][MARGIN:-MARGIN, MARGIN:-MARGIN].astype(float)


@pytest.mark.parametrize("name", LOOKS)
def test_the_views_agree(drawn: Shown, name: str) -> None:
    apart = np.abs(inside(drawn, "raster", name) - inside(drawn, "gpu", name)).max(axis=-1)
    assert (apart > LOOKS[name].tolerance).mean() <= FEW
    assert apart.mean() <= LOOKS[name].tolerance / 2


@pytest.mark.parametrize("kind", ["raster", "gpu"])
@pytest.mark.parametrize("name", EXACT)
def test_patches_are_the_standards(drawn: Shown, kind: str, name: str) -> None:
    case = EXACT[name].patches
    assert case is not None
    colorspace, full, bits, *_ = case
    wanted = np.array([rgb_of_codes(codes, colorspace, bits, full=full) for codes in patch_codes(bits)]) * 255
    assert np.abs(patches(drawn, kind, name) - wanted).max() <= 2


@pytest.mark.parametrize("kind", ["raster", "gpu"])
@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_hdr_is_the_standards(drawn: Shown, kind: str, transfer: str) -> None:
    signal = [rgb_of_codes(codes, 9, 10, full=False) for codes in patch_codes(10)]
    wanted = np.array([hdr_on_screen(rgb, transfer) for rgb in signal]) * 255
    assert np.abs(patches(drawn, kind, transfer) - wanted).max() <= 2


def patches(drawn: Shown, kind: str, name: str) -> NDArray[np.float64]:
    shown = drawn[f"{kind}/{name}"]
    return shown[shown.shape[0] // 2, PATCH // 2 :: PATCH].astype(float)


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_channels_show_their_codes(drawn: Shown, kind: str) -> None:
    """Luma of the patches' picture under the zebra's plain part, and channels of the smooth picture, by hand."""
    frame = LOOKS["8-y"].picture().frame
    luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(frame.height, -1)[:, : frame.width]
    assert np.abs(drawn[f"{kind}/8-y"][..., 0].astype(int) - luma).max() <= 1
    assert np.ptp(drawn[f"{kind}/8-y"], axis=-1).max() == 0
    chroma = np.frombuffer(memoryview(frame.planes[1]), np.uint8).reshape(frame.height // 2, -1)[:, : frame.width // 2]
    assert np.abs(drawn[f"{kind}/8-cb"][2:-2:2, 2:-2:2, 0].astype(int) - chroma[1:-1, 1:-1]).max() <= 4
    assert (drawn[f"{kind}/8-alpha"] == 255).all()


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_stripes_lie_where_luma_is_at_a_limit(drawn: Shown, kind: str) -> None:
    shown = drawn[f"{kind}/zebra"]
    for at, (luma, _, _) in enumerate(patch_codes(8)):
        patch = shown[8:24, at * PATCH + 2 : (at + 1) * PATCH - 2].reshape(-1, 3)
        for limit, colour in zip((luma <= 16, luma >= 235), STRIPE_COLORS, strict=True):
            share = (np.abs(patch.astype(int) - colour).max(axis=-1) <= 1).mean()
            assert share == pytest.approx(0.5 if limit else 0.0, abs=0.1)


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_a_difference_is_signed_around_mid_grey(drawn: Shown, kind: str) -> None:
    first, second = (drawn[f"{kind}/flicker-{state}"].astype(int) for state in ("off", "on"))
    shown = drawn[f"{kind}/difference"].astype(int)
    assert np.abs(first - second).max() > 20
    assert np.abs(shown - (128 + first - second).clip(0, 255)).max() <= 1
    louder = drawn[f"{kind}/difference-4"].astype(int)
    assert np.abs(louder - (128 + 4 * (first - second)).clip(0, 255)).max() <= 4


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_a_split_has_the_reference_on_the_right(drawn: Shown, kind: str) -> None:
    first, second = (drawn[f"{kind}/flicker-{state}"].astype(int) for state in ("off", "on"))
    shown, column = drawn[f"{kind}/split"].astype(int), round(0.3 * 192)
    assert np.abs(shown[:, :column] - first[:, :column]).max() <= 1
    assert np.abs(shown[:, column:] - second[:, column:]).max() <= 1


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_without_a_reference_nothing_is_held_against_it(drawn: Shown, kind: str) -> None:
    assert np.array_equal(drawn[f"{kind}/no-reference"], drawn[f"{kind}/flicker-off"])


def test_every_case_has_its_own_name() -> None:
    cases: list[LookCase] = [*exact_cases(), *look_cases()]
    assert len({case.name for case in cases}) == len(cases)
