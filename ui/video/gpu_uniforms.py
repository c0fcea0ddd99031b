"""The numbers that the shaders of the GPU view compute with, each in the std140 order of its uniform block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.media.color import Transfer, luma_weights
from player.media.look import CHANNELS, Look, mapping_of
from player.media.marks import STRIPE, STRIPE_COLORS, nominal_limits
from player.media.raster_pixels import CHECKER_LEVELS, CHECKER_SQUARE
from player.media.tone import to_709
from ui.video.geometry import Placement, coded_from_upright, upright_from_coded
from ui.video.yuv_planes import MAX_PLANES, color_sum, part_sum, texture_place, texture_step

if TYPE_CHECKING:
    from player.records import Orientation
    from ui.video.planar_picture import PlanarPicture

Floats = NDArray[np.float32]

PLAIN_BYTES = (4 * 16 + 4 * 4 + 4 * 4 + 3 * 4) * 4
LOOK_BYTES = (2 * (4 * 16 + 4 * 16 + 16 + 4 * 4 + 4 * 4 + 6 * 4) + 6 * 4) * 4
_TRANSFERS = {Transfer.SDR: 1, Transfer.PQ: 2, Transfer.HLG: 3}
_AGAINST = {"none": 0, "difference": 1, "split": 2, "flicker": 3}
_ALONE, _REFERENCE_ALONE = 0, 3


def is_plain(planes: PlanarPicture, look: Look, *, has_reference: bool) -> bool:
    """True where the plain shader draws this look."""
    if look.channel != "all" or look.marks or (has_reference and look.against != "none"):
        return False
    return mapping_of(planes.color, look) is None


def plain_uniforms(planes: PlanarPicture, placement: Placement) -> Floats:
    """video.frag's block."""
    matrices, constant = color_sum(planes.layout, planes.color)
    place, extent = _places(planes, placement)
    checker = np.array([CHECKER_SQUARE, *_greys(), len(planes.uploads)], np.float32)
    whole = np.array([*planes.coded_size, float(placement.viewport.nearest), 0], np.float32)
    return _block(_columns(matrices), place, extent, constant, checker, whole)


def look_uniforms(planes: PlanarPicture, reference: PlanarPicture | None, placement: Placement, look: Look) -> Floats:
    """look.frag's block."""
    against = _AGAINST[look.against] if reference is not None else _ALONE
    if look.against == "flicker" and not look.flicker_on:
        against = _ALONE
    marked = against != _AGAINST["difference"]
    black, white = nominal_limits(planes.color, planes.layout.depth.bits)
    near = (0.5 if planes.layout.depth.bits == 8 else 0.25) / (white - black)
    width, height = placement.pixel_size if placement.viewport.nearest else placement.rect.size
    return _block(
        _side(planes, planes, placement, look),
        _side(reference or planes, planes, placement, look),
        np.array([CHECKER_SQUARE, *_greys(), 0]),
        np.array([CHANNELS.index(look.channel), look.false_color and marked, look.zebra and marked, near]),
        np.array([against, look.split, look.gain, 0]),
        np.array([1 / width, 1 / height, STRIPE, 0]),
        np.array([[*colour, 255] for colour in STRIPE_COLORS]) / 255,
    )


def _side(planes: PlanarPicture, first: PlanarPicture, placement: Placement, look: Look) -> Floats:
    """One of the two pictures; `first` is the one whose coded coordinates the quad has."""
    rgba, constant = color_sum(planes.layout, planes.color)
    parts, parts_constant = part_sum(planes.layout, luma_weights(planes.color.matrix))
    place, extent = _places(planes, placement)
    mapping = mapping_of(planes.color, look)
    to_screen = np.eye(4)
    if mapping is not None:
        to_screen[:3, :3] = to_709(mapping.primaries)
    largest = (1 << planes.layout.depth.bits) - 1
    black, white = nominal_limits(planes.color, planes.layout.depth.bits)
    return _block(
        _columns(rgba),
        _columns(parts),
        to_screen.T,
        place,
        extent,
        constant,
        parts_constant,
        _between(first.orientation, planes.orientation),
        np.array([*planes.coded_size, placement.viewport.nearest, len(planes.uploads)]),
        np.array(
            [
                0 if mapping is None else _TRANSFERS[mapping.transfer],
                black / largest,
                white / largest,
                planes.layout.kind == "rgb",
            ]
        ),
    )


def _between(first: Orientation, second: Orientation) -> Floats:
    """(2, 4): u and v of the second picture's coded coordinates as x * u + y * v + z of the first's."""

    def moved(point: tuple[float, float]) -> NDArray[np.float64]:
        return np.array(coded_from_upright(second, upright_from_coded(first, point)))

    origin = moved((0.0, 0.0))
    steps = np.stack([moved((1.0, 0.0)) - origin, moved((0.0, 1.0)) - origin, origin, np.zeros(2)], axis=1)
    return steps.astype(np.float32)


def _places(planes: PlanarPicture, placement: Placement) -> tuple[Floats, Floats]:
    swaps = planes.orientation.swaps_axes
    shown = placement.rect.size[::-1] if swaps else placement.rect.size
    place, extent = np.zeros((2, MAX_PLANES, 4), np.float32)
    for at, upload in enumerate(planes.uploads):
        place[at] = texture_place(upload.use, planes.coded_size, planes.color.siting, bottom_up=planes.bottom_up)
        extent[at] = texture_step(upload.use, planes.coded_size, shown)
    return place, extent


def _greys() -> list[float]:
    return [level / 255 for level in CHECKER_LEVELS]


def _columns(matrices: Floats) -> Floats:
    """GLSL's matrices are stored by columns."""
    return matrices.transpose(0, 2, 1)


def _block(*parts: NDArray[np.float32] | NDArray[np.float64]) -> Floats:
    return np.concatenate([np.ravel(part) for part in parts]).astype(np.float32)
