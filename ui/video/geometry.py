"""Where a picture lies in a widget, and which of its points lies under the pointer. Pure; device pixels throughout."""

from __future__ import annotations

from dataclasses import dataclass

from player.records import Orientation

Point = tuple[float, float]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rect:
    """Whole device pixels, from the widget's top left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        return self.width, self.height

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0


NOWHERE = Rect(0, 0, 0, 0)


def device_size(width: int, height: int, ratio: float) -> Size:
    """A widget's size in device pixels from its logical size and device pixel ratio."""
    return round(width * ratio), round(height * ratio)


def fit(display_size: Size, widget_size: Size) -> Rect:
    """The largest centred rectangle of the picture's shape; NOWHERE when either has no area."""
    wide, high = display_size
    across, down = widget_size
    if wide <= 0 or high <= 0 or across <= 0 or down <= 0:
        return NOWHERE
    if across * high <= down * wide:
        width, height = across, max(1, round(across * high / wide))
    else:
        width, height = max(1, round(down * wide / high)), down
    return Rect((across - width) // 2, (down - height) // 2, width, height)


def bars(rect: Rect, widget_size: Size) -> list[Rect]:
    """The parts of the widget that the picture leaves free, without overlap."""
    across, down = widget_size
    if rect.empty:
        return [Rect(0, 0, across, down)]
    right, bottom = rect.x + rect.width, rect.y + rect.height
    around = [
        Rect(0, 0, across, rect.y),
        Rect(0, bottom, across, down - bottom),
        Rect(0, rect.y, rect.x, rect.height),
        Rect(right, rect.y, across - right, rect.height),
    ]
    return [bar for bar in around if not bar.empty]


def upright_from_coded(orientation: Orientation, point: Point) -> Point:
    """A point of the coded picture, both axes 0 to 1 with y downwards, as the upright picture's."""
    u, v = point
    if orientation.mirrored:
        u = 1 - u
    for _ in range(orientation.turns_cw):
        u, v = 1 - v, u
    return u, v


def coded_from_upright(orientation: Orientation, point: Point) -> Point:
    """The inverse of `upright_from_coded`."""
    u, v = point
    for _ in range(orientation.turns_cw):
        u, v = v, 1 - u
    if orientation.mirrored:
        u = 1 - u
    return u, v


@dataclass(frozen=True, slots=True)
class Placement:
    """A coded picture of `coded_size` pixels shown upright in `rect` of a widget."""

    coded_size: Size
    orientation: Orientation
    rect: Rect

    def to_widget(self, picture_point: Point) -> Point:
        """Coded picture pixels (0,0 is the first pixel's top left corner) to the widget's device pixels."""
        x, y = picture_point
        u, v = upright_from_coded(self.orientation, (x / self.coded_size[0], y / self.coded_size[1]))
        return self.rect.x + u * self.rect.width, self.rect.y + v * self.rect.height

    def to_picture(self, widget_point: Point) -> Point | None:
        """The widget's device pixels to coded picture pixels; None in the bars."""
        if self.rect.empty:
            return None
        u = (widget_point[0] - self.rect.x) / self.rect.width
        v = (widget_point[1] - self.rect.y) / self.rect.height
        if not (0 <= u <= 1 and 0 <= v <= 1):
            return None
        x, y = coded_from_upright(self.orientation, (u, v))
        return x * self.coded_size[0], y * self.coded_size[1]
