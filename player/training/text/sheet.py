"""One group of lines on a transparent sheet: letters with outline, shadow and box; then put on a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from player.training.text.painting import Colours, floats

Quad = NDArray[np.float32]
"""(4, 2): the corners of a line, clockwise from its top left."""
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """How letters look."""

    colour: Rgb
    alpha: float = 1.0
    outline: Rgb | None = None
    outline_width: int = 0
    shadow: tuple[int, int, float] | None = None
    """Right, down and the blur, in pixels."""
    dots: int = 0
    """A letter's pixels are so many of the picture's, as on old screens and boards of lamps; 0: smooth letters."""
    is_lamps: bool = False
    """Round pixels with a gap."""
    spacing: float = 0.0
    """Between letters, as a share of the size; for scripts whose letters stand alone."""


@dataclass(slots=True)
class Sheet:
    """RGBA. Lines are kept with the rectangle that holds their ink."""

    width: int
    height: int
    image: Image.Image = field(init=False)
    rects: list[tuple[float, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGBA", (self.width, self.height))

    def box(
        self,
        xyxy: tuple[float, float, float, float],
        colour: Rgb,
        alpha: float,
        radius: int = 0,
        edge: Rgb | None = None,
    ) -> None:
        left, top = max(0, int(xyxy[0])), max(0, int(xyxy[1]))
        layer = Image.new("RGBA", (max(1, int(xyxy[2]) + 1 - left), max(1, int(xyxy[3]) + 1 - top)))
        fill = (*colour, round(alpha * 255)) if alpha else None
        inner = (0, 0, layer.width - 1, layer.height - 1)
        line = None if edge is None else (*edge, 255)
        ImageDraw.Draw(layer).rounded_rectangle(inner, radius, fill, line, 0 if edge is None else 2)
        layer = layer.crop((0, 0, min(layer.width, self.width - left), min(layer.height, self.height - top)))
        self.image.alpha_composite(layer, (left, top))

    def write(self, left: float, baseline: float, letters: Letters, ink: Ink) -> None:
        """The line's ink begins at `left`; what lies beyond the sheet is lost."""
        mask = letters.mask
        at = round(left), round(baseline - letters.above)
        if mask.width < 1 or mask.height < 1:
            return
        if ink.shadow is not None:
            right, down, blur = ink.shadow
            self._stain(_soft(mask, blur), (at[0] + right, at[1] + down), (0, 0, 0), ink.alpha * 0.8, int(3 * blur))
        if ink.outline is not None and letters.thick is not None:
            self._stain(letters.thick, at, ink.outline, ink.alpha, letters.edge)
        self._stain(mask, at, ink.colour, ink.alpha)
        self.rects.append((at[0], at[1], at[0] + mask.width, at[1] + mask.height))

    def _stain(self, mask: Image.Image, at: tuple[int, int], colour: Rgb, alpha: float, grown: int = 0) -> None:
        left, top = at[0] - grown, at[1] - grown
        mask = mask.crop(
            (max(0, -left), max(0, -top), min(mask.width, self.width - left), min(mask.height, self.height - top))
        )
        if min(mask.size) < 1:
            return
        layer = Image.new("RGBA", mask.size, (*colour, 0))
        layer.putalpha(mask if alpha == 1 else mask.point([round(each * alpha) for each in range(256)]))
        self.image.alpha_composite(layer, (max(0, left), max(0, top)))


@dataclass(frozen=True, slots=True)
class Letters:
    """A line's shape, cut to its ink."""

    mask: Image.Image
    above: float
    """Rows above the baseline."""
    thick: Image.Image | None
    """With the outline; `edge` pixels wider on each side."""
    edge: int


def shape(text: str, font: ImageFont.FreeTypeFont, ink: Ink) -> Letters | None:
    """The line's letters; None where the font draws nothing."""
    pad = int(font.size)
    length = font.getlength(text) * (1 + abs(ink.spacing)) + ink.spacing * font.size * len(text)
    size = max(1, int(length)) + 2 * pad, int(font.size * 2.6) + 2
    baseline = int(font.size * 1.7)
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    draw.fontmode = "1" if ink.dots else "L"
    if ink.spacing:
        at = float(pad)
        for letter in text:
            draw.text((at, baseline), letter, 255, font, "ls")
            at += font.getlength(letter) + ink.spacing * font.size
    else:
        draw.text((pad, baseline), text, 255, font, "ls")
    found = mask.point([0] * 64 + [255] * 192).getbbox()
    if found is None:
        return None
    mask = mask.crop(found)
    above = baseline - found[1]
    if ink.dots:
        mask = mask.resize((mask.width * ink.dots, mask.height * ink.dots), Image.Resampling.NEAREST)
        above *= ink.dots
        if ink.is_lamps and ink.dots > 2:
            mask = _lamps(mask, ink.dots)
    edge = ink.outline_width
    thick = None
    if ink.outline is not None and edge:
        thick = Image.new("L", (mask.width + 2 * edge, mask.height + 2 * edge))
        thick.paste(mask, (edge, edge))
        around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * edge + 1, 2 * edge + 1))
        thick = Image.fromarray(cv2.dilate(np.asarray(thick), around))
    return Letters(mask, above, thick, edge)


def put(picture: Colours, sheet: Sheet, corners: Quad) -> list[Quad]:
    """Draws the sheet between four corners of the picture, in place; gives where its lines are."""
    width, height = sheet.width, sheet.height
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    left, top = (max(0, int(each)) for each in np.floor(corners.min(axis=0)))
    right, bottom = (int(each) + 1 for each in np.ceil(corners.max(axis=0)))
    part = picture[top:bottom, left:right]
    layer = np.array(sheet.image.convert("RGBa"), np.float32)  # colours times alpha
    moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ turn
    is_upright = np.allclose(moved[:2, :2], np.eye(2), atol=1e-4) and np.allclose(moved[2, :2], 0, atol=1e-6)
    how = cv2.INTER_NEAREST if is_upright else cv2.INTER_LINEAR
    layer = floats(cv2.warpPerspective(layer, moved, (part.shape[1], part.shape[0]), flags=how))
    part *= 1 - layer[..., 3:] / 255
    part += layer[..., :3]
    rects = np.array(sheet.rects, np.float32).reshape(-1, 4)
    quads = rects[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    return [cv2.perspectiveTransform(quad[None], turn)[0] for quad in quads]


def _soft(mask: Image.Image, blur: float) -> Image.Image:
    grown = int(3 * blur)
    wide = Image.new("L", (mask.width + 2 * grown, mask.height + 2 * grown))
    wide.paste(mask, (grown, grown))
    return wide.filter(ImageFilter.GaussianBlur(blur)) if blur else wide


def _lamps(mask: Image.Image, dots: int) -> Image.Image:
    lamp = Image.new("L", (dots * 4, dots * 4))
    ImageDraw.Draw(lamp).ellipse((1, 1, dots * 4 - 2, dots * 4 - 2), 255)
    one = np.asarray(lamp.resize((dots, dots), Image.Resampling.BOX))
    grid = np.tile(one, (mask.height // dots, mask.width // dots))
    return Image.fromarray((np.asarray(mask) * (grid / 255.0)).astype(np.uint8))
