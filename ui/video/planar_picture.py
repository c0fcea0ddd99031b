"""Pictures whose planes textures can hold, converted where they cannot be held as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from player.media.color import Color, Matrix, Range, Siting, is_rgb, picture_color
from player.media.frame_converter import FrameConverter
from player.media.frame_parts import FrameParts
from ui.video.gpu_pipeline import Upload
from ui.video.yuv_planes import Layout, layout_of, plane_data, stand_in

if TYPE_CHECKING:
    from player.media.look import Look
    from player.media.raster import Frame
    from player.records import Orientation, Picture


@dataclass(frozen=True, slots=True)
class PlanarPicture:
    """A frame whose format has a layout, with what its values mean. Holding it keeps the planes alive."""

    frame: Frame
    layout: Layout
    color: Color
    uploads: tuple[Upload, ...]
    coded_size: tuple[int, int]
    orientation: Orientation
    bottom_up: bool
    look: Look
    """The look it was made for."""

    @property
    def nbytes(self) -> int:
        """Of its planes: whoever keeps prepared pictures counts them."""
        return sum(plane.buffer_size for plane in self.frame.planes)

    def suits(self, look: Look) -> bool:
        """True where it need not be made anew for this look."""
        return (self.look.field, self.look.override) == (look.field, look.override)


def is_planar(picture: Picture, look: Look, *, wide: bool) -> bool:
    """True where the picture's planes go up as they are; `wide`: textures of 16 bits are there."""
    layout = layout_of(picture.frame.format.name)
    return layout is not None and (wide or not layout.wide) and look.field == "both"


def as_it_is(picture: Picture, look: Look) -> PlanarPicture:
    """A picture that `is_planar`."""
    layout = layout_of(picture.frame.format.name)
    assert layout is not None
    return _planar(picture, picture.frame, layout, picture_color(picture, look.override), look)


class PlanarConverter:
    """Makes planar pictures of all others; for one thread at a time."""

    def __init__(self) -> None:
        self._converter = FrameConverter()
        self._parts = FrameParts()

    def convert(self, picture: Picture, look: Look, *, wide: bool) -> PlanarPicture:
        """Raises StreamError for a pixel format that nothing can convert."""
        frame, color = picture.frame, picture_color(picture, look.override)
        if look.field != "both":
            frame = self._parts.field(frame, top=look.field == "top")
        layout = layout_of(frame.format.name)
        if layout is None or (layout.wide and not wide):
            name = stand_in(frame.format, wide=wide)
            frame = self._converter.convert(frame, color, name)
            layout = layout_of(name)
            assert layout is not None, f"{name} stands in for other formats and must have a layout"
            if is_rgb(name):
                color = replace(color, matrix=Matrix.RGB, range=Range.FULL, siting=Siting.CENTRE)
        return _planar(picture, frame, layout, color, look)


def _planar(picture: Picture, frame: Frame, layout: Layout, color: Color, look: Look) -> PlanarPicture:
    uploads = tuple(Upload(use, use.size(frame.width, frame.height), plane_data(frame, use)) for use in layout.planes)
    return PlanarPicture(
        frame, layout, color, uploads, (frame.width, frame.height), picture.orientation, uploads[0].data.bottom_up, look
    )
