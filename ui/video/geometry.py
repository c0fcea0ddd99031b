"""Where a picture lies in a widget, and which of its points lies under the pointer. Pure; device pixels throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.quick_dataclass import dataclass
from player.records import Orientation

if TYPE_CHECKING:
    from player.records import Picture

Point = tuple[float, float]
Size = tuple[int, int]
LARGEST_ZOOM = 64.0


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

    def within(self, size: Size) -> Rect:
        """The part of it that lies in a widget of this size; NOWHERE when none does."""
        left, top = max(0, self.x), max(0, self.y)
        right, bottom = min(size[0], self.x + self.width), min(size[1], self.y + self.height)
        return Rect(left, top, right - left, bottom - top) if left < right and top < bottom else NOWHERE


NOWHERE = Rect(0, 0, 0, 0)


def device_size(width: int, height: int, ratio: float) -> Size:
    """A widget's size in device pixels from its logical size and device pixel ratio, halves up as Qt has it."""
    return int(width * ratio + 0.5), int(height * ratio + 0.5)


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


@dataclass(frozen=True, slots=True)
class Viewport:
    """What of a picture is looked at, and how large."""

    zoom: float | None = None
    """Device pixels a square picture pixel; None fits the whole picture into the widget."""
    centre: Point = (0.5, 0.5)
    """The point of the upright picture, both axes 0 to 1, that is in the widget's middle where the borders allow it."""

    @property
    def nearest(self) -> bool:
        """True where every pixel of the picture is to be seen as a block with sharp edges."""
        return self.zoom is not None and self.zoom >= 1


FIT = Viewport()


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
    """A coded picture of `coded_size` pixels shown upright in `rect`, which a widget of size `area` may cut off."""

    coded_size: Size
    display_size: Size
    orientation: Orientation
    area: Size
    viewport: Viewport
    rect: Rect

    @property
    def visible(self) -> Rect:
        """The part of `rect` that the widget shows."""
        return self.rect.within(self.area)

    @property
    def zoom(self) -> float:
        """Device pixels a square picture pixel, fitted or not."""
        return self.rect.width / self.display_size[0] if self.viewport.zoom is None else self.viewport.zoom

    @property
    def pixel_size(self) -> Size:
        """The upright picture's in its own pixels."""
        width, height = self.coded_size
        return (height, width) if self.orientation.swaps_axes else (width, height)

    @property
    def fit_zoom(self) -> float:
        return fit(self.display_size, self.area).width / self.display_size[0]

    def to_widget(self, picture_point: Point) -> Point:
        """Coded picture pixels (0,0 is the first pixel's top left corner) to the widget's device pixels."""
        x, y = picture_point
        u, v = upright_from_coded(self.orientation, (x / self.coded_size[0], y / self.coded_size[1]))
        return self.rect.x + u * self.rect.width, self.rect.y + v * self.rect.height

    def to_picture(self, widget_point: Point) -> Point | None:
        """The widget's device pixels to coded picture pixels; None in the bars."""
        if self.rect.empty:
            return None
        u, v = self.to_upright(widget_point)
        if not (0 <= u <= 1 and 0 <= v <= 1):
            return None
        x, y = coded_from_upright(self.orientation, (u, v))
        return x * self.coded_size[0], y * self.coded_size[1]

    def to_upright(self, widget_point: Point) -> Point:
        """The widget's device pixels to the upright picture's, both axes 0 to 1 within it; `rect` must have an area."""
        x, y = widget_point
        return (x - self.rect.x) / self.rect.width, (y - self.rect.y) / self.rect.height

    def pixel_at(self, widget_point: Point) -> tuple[int, int] | None:
        """The coded pixel that covers this point of the widget; None in the bars."""
        point = self.to_picture(widget_point)
        if point is None:
            return None
        return min(int(point[0]), self.coded_size[0] - 1), min(int(point[1]), self.coded_size[1] - 1)

    def seen_by(self, viewport: Viewport) -> Placement:
        """The same picture in the same widget, looked at in another way."""
        return place(self.coded_size, self.display_size, self.orientation, self.area, viewport)

    def zoomed(self, zoom: float, about: Point | None = None) -> Viewport:
        """The viewport at this zoom that keeps what is at `about` (the widget's device pixels; None: its middle) there.

        Between fit and 64; a small picture may also be made as small as 1:1.
        """
        smallest = min(1.0, self.fit_zoom)
        zoom = min(max(zoom, smallest), LARGEST_ZOOM)
        middle = self.area[0] / 2, self.area[1] / 2
        point = middle if about is None else about
        u, v = self.to_upright(point)
        width, height = _enlarged(self.display_size, zoom)
        centre = u + (middle[0] - point[0]) / width, v + (middle[1] - point[1]) / height
        return self.clamped(Viewport(zoom, centre))

    def panned(self, across: float, down: float) -> Viewport:
        """The viewport after the picture was dragged by so many device pixels."""
        u, v = self.to_upright((self.area[0] / 2 - across, self.area[1] / 2 - down))
        return self.clamped(Viewport(self.zoom, (u, v)))

    def centred_on(self, upright_point: Point) -> Viewport:
        return self.clamped(Viewport(self.zoom, upright_point))

    def clamped(self, viewport: Viewport) -> Viewport:
        """The same to look at, with its centre where the borders allow it."""
        if viewport.zoom is None:
            return FIT
        size = _enlarged(self.display_size, viewport.zoom)
        return Viewport(viewport.zoom, _clamped_centre(viewport.centre, size, self.area))


def place(
    coded_size: Size, display_size: Size, orientation: Orientation, area: Size, viewport: Viewport = FIT
) -> Placement:
    """Where the picture lies in a widget of `area` device pixels: whole pixels, over the borders only where it must."""
    rect = fit(display_size, area)
    if viewport.zoom is not None and not rect.empty:
        width, height = size = _enlarged(display_size, viewport.zoom)
        u, v = _clamped_centre(viewport.centre, size, area)
        rect = Rect(round(area[0] / 2 - u * width), round(area[1] / 2 - v * height), width, height)
    return Placement(coded_size, display_size, orientation, area, viewport, rect)


def place_picture(picture: Picture, area: Size, viewport: Viewport = FIT) -> Placement:
    return place(picture.coded_size, picture.display_size, picture.orientation, area, viewport)


def _enlarged(display_size: Size, zoom: float) -> Size:
    return max(1, round(display_size[0] * zoom)), max(1, round(display_size[1] * zoom))


def _clamped_centre(centre: Point, size: Size, area: Size) -> Point:
    """The nearest centre at which the widget shows nothing beyond the picture; the middle where it is larger."""
    u, v = (
        0.5 if whole <= room else min(max(at, room / (2 * whole)), 1 - room / (2 * whole))
        for at, whole, room in zip(centre, size, area, strict=True)
    )
    return u, v
