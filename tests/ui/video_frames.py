"""Synthetic frames whose right R'G'B' is known: smooth colour fields, encoded by plain ITU formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from player.records import UPRIGHT, Orientation, Picture

Floats = NDArray[np.float64]

# Kr and Kb, restated from BT.601, BT.709, BT.2020, FCC 73.682 and SMPTE 240M, by AVCOL_SPC number.
WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087)}
WEIGHTS |= {9: (0.2627, 0.0593)}
_INTERLEAVED = {"nv12": (2, 2), "nv21": (2, 2), "p0": (2, 2), "nv16": (2, 1), "p2": (2, 1), "y21": (2, 1)}
PAIRS = {  # where Y', Cb and Cr of two pixels lie in four bytes
    "yuyv422": ((0, 2), (1,), (3,)),
    "uyvy422": ((1, 3), (0,), (2,)),
    "yvyu422": ((0, 2), (3,), (1,)),
}
SPANS = {"410": (4, 4), "411": (4, 1), "420": (2, 2), "422": (2, 1), "440": (1, 2), "444": (1, 1)}


@dataclass(frozen=True, slots=True)
class Case:
    """One picture to show in both views and compare."""

    name: str
    format: str
    colorspace: int = 1
    full: bool = False
    size: tuple[int, int] = (192, 128)
    view: tuple[int, int] = (192, 128)
    """The widget's logical size."""
    orientation: Orientation = UPRIGHT
    aspect: Fraction = Fraction(1)
    bottom_up: bool = False
    old_codec: bool = False
    """From a codec like JPEG or MPEG-1."""
    stripes: bool = False
    """Columns of black and white by turns instead of the colours."""

    @property
    def is_ycbcr(self) -> bool:
        return self.format.startswith(("yuv", "nv", "p0", "p2", "p4", "uyvy", "yvyu", "y21", "xv", "vuya"))

    @property
    def is_transparent(self) -> bool:
        planar = self.format.startswith(("yuva", "gbrap", "ya"))
        return planar or (self.format.startswith(("rgba", "bgra", "argb", "abgr")) and not self.format.endswith("0"))

    @property
    def is_gray(self) -> bool:
        return self.format.startswith(("gray", "ya"))

    @property
    def siting(self) -> str:
        """Where its chroma samples are, in libavfilter's words: by custom, as no tag says."""
        if self.old_codec:
            return "center"
        down = self.format.startswith(("yuv420", "yuva420", "nv12", "nv21", "p0"))
        return "topleft" if self.colorspace == 9 and down else "left"


def colors_at(u: Floats, v: Floats) -> Floats:
    """R'G'B' 0 to 1, stacked last, at picture coordinates 0 to 1: slow waves, off the extremes; no two sides alike."""
    red = 0.15 + 0.7 * u
    green = 0.5 + 0.35 * np.sin(2.6 * v + 1.5 * u)
    blue = 0.5 - 0.35 * np.cos(2.2 * u - 2.9 * v)
    return np.stack([red, green, blue], axis=-1)


def alpha_at(u: Floats) -> Floats:
    return 0.2 + 0.8 * u


def sample_grid(
    size: tuple[int, int], span: tuple[int, int] = (1, 1), shift: tuple[float, float] = (0.0, 0.0)
) -> list[Floats]:
    """Picture coordinates of the samples of a plane whose samples span so many pixels; `shift` is in pixels."""
    across, down = -(-size[0] // span[0]), -(-size[1] // span[1])
    left, up = shift
    y, x = np.mgrid[0:down, 0:across]
    return [((x + 0.5) * span[0] - left) / size[0], ((y + 0.5) * span[1] - up) / size[1]]


def to_ycbcr(rgb: Floats, colorspace: int) -> Floats:
    """Y' 0..1 and Cb, Cr -0.5..0.5, stacked last."""
    if colorspace == 8:  # YCgCo
        red, green, blue = (rgb[..., at] for at in range(3))
        return np.stack([0.5 * green + 0.25 * (red + blue), 0.5 * green - 0.25 * (red + blue), 0.5 * (red - blue)], -1)
    kr, kb = WEIGHTS[colorspace]
    luma = kr * rgb[..., 0] + (1 - kr - kb) * rgb[..., 1] + kb * rgb[..., 2]
    return np.stack([luma, (rgb[..., 2] - luma) / (2 - 2 * kb), (rgb[..., 0] - luma) / (2 - 2 * kr)], axis=-1)


def to_codes(ycbcr: Floats, bits: int, *, full: bool) -> NDArray[np.uint16]:
    top, half, unit = (1 << bits) - 1, 1 << (bits - 1), 1 << (bits - 8)
    scale = np.array([top, top, top] if full else [219 * unit, 224 * unit, 224 * unit])
    offset = np.array([0 if full else 16 * unit, half, half])
    codes: NDArray[np.uint16] = np.rint(ycbcr * scale + offset).clip(0, top).astype(np.uint16)
    return codes


def make_frame(case: Case) -> av.VideoFrame:
    """The case's frame: Y'CbCr by the formulas above; RGB, grey and packed formats through libswscale's exact paths."""
    planar = re.fullmatch(r"yuv([aj]?)(\d{3})p(?:(\d+)le)?", case.format)
    if case.stripes:
        frame = av.VideoFrame.from_ndarray(
            np.tile(np.array([[0, 255]], np.uint8), (case.size[1], case.size[0] // 2)), format="gray"
        )
    elif case.format in PAIRS:
        frame = _packed_422(case)
    elif planar:
        frame = _planar(case, planar[1] == "a", SPANS[planar[2]], int(planar[3] or 8))
    elif case.is_ycbcr:
        deep = case.format.startswith(("p", "y21", "xv", "yuv444p16"))
        sampling = next((value for name, value in _INTERLEAVED.items() if case.format.startswith(name)), (1, 1))
        frame = _planar(case, False, sampling, 16 if deep else 8).reformat(format=case.format)
    else:
        u, v = sample_grid(case.size)
        deep_rgb = np.rint(np.dstack([colors_at(u, v), alpha_at(u)]) * 65535).astype(np.uint16)
        frame = av.VideoFrame.from_ndarray(deep_rgb, format="rgba64le").reformat(
            format=case.format, dst_color_range=2, dst_colorspace=5
        )
    frame.colorspace, frame.color_range = case.colorspace, 2 if case.full else 1
    if case.bottom_up:
        frame = _filtered(_filtered(frame, "vflip", copy=True), "vflip")
    return _filtered(frame, f"setparams=chroma_location={case.siting}") if case.is_ycbcr else frame


def _filtered(frame: av.VideoFrame, chain: str, *, copy: bool = False) -> av.VideoFrame:
    """The frame through a libavfilter chain; vflip alone only turns the line sizes negative, `copy` makes it real."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25))
    name, _, arguments = chain.partition("=")
    steps = [source, graph.add(name, arguments)]
    if copy:
        steps.append(graph.add("copy"))
    steps.append(graph.add("buffersink"))
    graph.link_nodes(*steps).configure()
    graph.push(frame)
    result = graph.pull()
    assert isinstance(result, av.VideoFrame)
    result.colorspace, result.color_range = frame.colorspace, frame.color_range
    return result


def make_picture(case: Case) -> Picture:
    return Picture(
        frame=make_frame(case),
        pts=0,
        time_base=Fraction(1, 25),
        time_s=0.0,
        duration_s=0.04,
        serial=1,
        key=True,
        pict_type="I",
        sample_aspect=case.aspect,
        orientation=case.orientation,
        untagged_601=case.old_codec,
    )


def _packed_422(case: Case) -> av.VideoFrame:
    """Two pixels in four bytes; done by hand because libswscale packs odd widths wrongly."""
    source = _planar(case, False, (2, 1), 8)
    frame = av.VideoFrame(*case.size, case.format)
    pairs = -(-case.size[0] // 2)
    lines = np.zeros((case.size[1], frame.planes[0].line_size), np.uint8)
    for plane, places in zip(source.planes, PAIRS[case.format], strict=True):
        values = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: case.size[1]]
        for at, place in enumerate(places):
            taken = values[:, at : 2 * pairs : len(places)][:, :pairs]
            lines[:, place : 4 * pairs : 4] = taken
    frame.planes[0].update(lines.tobytes())
    return frame


def _planar(case: Case, alpha: bool, span: tuple[int, int], bits: int) -> av.VideoFrame:
    sampling = next(name for name, value in SPANS.items() if value == span)
    name = f"yuv{'a' if alpha else ''}{sampling}p{f'{bits}le' if bits > 8 else ''}"
    if case.format.startswith("yuvj"):
        name = case.format
    frame = av.VideoFrame(*case.size, name)
    across, down = {"left": (0.5, 0.0), "center": (0.0, 0.0), "topleft": (0.5, 0.5)}[case.siting]
    shift = across * (span[0] - 1), down * (span[1] - 1)
    grid = sample_grid(case.size)
    luma = to_codes(to_ycbcr(colors_at(*grid), case.colorspace), bits, full=case.full)[..., 0]
    chroma = to_codes(to_ycbcr(colors_at(*sample_grid(case.size, span, shift)), case.colorspace), bits, full=case.full)
    planes = [luma, chroma[..., 1], chroma[..., 2]]
    if alpha:
        planes.append(np.rint(alpha_at(grid[0]) * ((1 << bits) - 1)).astype(np.uint16))
    for plane, values in zip(frame.planes, planes, strict=True):
        kind = np.uint8 if bits == 8 else np.uint16
        lines = np.zeros((values.shape[0], plane.line_size // np.dtype(kind).itemsize), kind)
        lines[:, : values.shape[1]] = values
        plane.update(lines.tobytes())
    return frame
