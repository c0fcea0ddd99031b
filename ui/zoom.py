"""How large pictures are looked at, which part of them, and which pixels are picked out. Draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from player.media.look import PLAIN
from ui.video.geometry import FIT, LARGEST_ZOOM, Viewport

if TYPE_CHECKING:
    from player.media.look import Look
    from player.records import Picture
    from ui.look.looks import Looks
    from ui.video.geometry import Placement, Point
    from ui.video.view import VideoView

Region = tuple[int, int, int, int]
"""x, y, width, height in whole coded pixels."""

STEPS = (1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 3 / 4, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Whole numbers from one to one up: all pixels are then squares of one size."""
PAN_STEP = 0.125
"""Of the widget's width or height that an arrow key moves the picture by."""
NEAR = 1.001


class Zoom(QObject):
    """The state of looking closely, for the keys, the mouse, the menus, the IPC and the panel. GUI thread only."""

    changed = Signal()  # `viewport` is another one
    selection_changed = Signal()
    hexadecimal_changed = Signal(bool)
    look_changed = Signal()
    """Pixels are displayed in another way."""
    message = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view: VideoView | None = None
        """None until there is one, and where pictures cannot be zoomed."""
        self._looks: Looks | None = None
        self.viewport: Viewport = FIT
        self.picture: Picture | None = None
        """The newest that the view was given."""
        self.selection: Region | None = None
        self.hexadecimal = False
        """How code values are written."""

    def follow(self, looks: Looks) -> None:
        """Pixels are displayed as these say."""
        self._looks = looks
        looks.changed.connect(self.look_changed)

    @property
    def look(self) -> tuple[Look, Picture | None]:
        """How pixels are displayed, and the picture that they are held against."""
        return (PLAIN, None) if self._looks is None else (self._looks.look, self._looks.reference)

    def note_picture(self, picture: Picture | None) -> None:
        former, self.picture = self.picture, picture
        if self.selection is not None and (
            picture is None or former is None or picture.coded_size != former.coded_size
        ):
            self.clear_selection()

    @property
    def placement(self) -> Placement | None:
        """The picture's as it will be with `viewport`; None without a picture."""
        shown = None if self.view is None else self.view.placement
        return None if shown is None or shown.rect.empty else shown.seen_by(self.viewport)

    def reset(self) -> None:
        """For another file."""
        self.select(None)
        self.set_viewport(FIT)

    # -- zoom

    def step(self, by: int, about: Point | None = None) -> None:
        """So many steps nearer, or farther away when negative, keeping what is at `about` in its place."""
        placement = self.placement
        if placement is None:
            return
        zoom: float | None = placement.zoom
        for _ in range(abs(by)):
            if zoom is not None:
                zoom = next_zoom(zoom, placement.fit_zoom) if by > 0 else former_zoom(zoom, placement.fit_zoom)
        self._look(FIT if zoom is None else placement.zoomed(zoom, about))

    def scale(self, factor: float, about: Point) -> None:
        """Any zoom between fit and the largest, as two fingers ask for it."""
        placement = self.placement
        if placement is not None:
            zoom = placement.zoom * factor
            self._look(FIT if factor < 1 and zoom <= placement.fit_zoom else placement.zoomed(zoom, about))

    def fit(self) -> None:
        self._look(FIT)

    def toggle_one_to_one(self) -> None:
        placement = self.placement
        if placement is not None:
            self._look(FIT if self.viewport.zoom == 1.0 else placement.zoomed(1.0))

    def _look(self, viewport: Viewport) -> None:
        if viewport.zoom != self.viewport.zoom:
            self.message.emit("Whole picture" if viewport.zoom is None else f"Zoom {zoom_text(viewport.zoom)}")
        self.set_viewport(viewport)

    def set_viewport(self, viewport: Viewport) -> None:
        """Without a word on screen."""
        if viewport != self.viewport and self.view is not None:
            self.viewport = viewport
            self.view.set_viewport(viewport)
            self.changed.emit()

    # -- place

    @property
    def can_pan(self) -> bool:
        """Whether part of the picture is out of sight."""
        placement = self.placement
        return placement is not None and placement.visible.size != placement.rect.size

    def pan(self, across: float, down: float) -> None:
        """By so many device pixels, as if the picture were dragged there."""
        placement = self.placement
        if placement is not None and self.viewport.zoom is not None:
            self.set_viewport(placement.panned(across, down))

    def pan_step(self, across: int, down: int) -> None:
        """Look further to the right, or down; to the left and up when negative."""
        placement = self.placement
        if placement is not None:
            width, height = placement.area
            self.pan(-across * PAN_STEP * width, -down * PAN_STEP * height)

    def centre_on(self, upright_point: Point) -> None:
        placement = self.placement
        if placement is not None and self.viewport.zoom is not None:
            self.set_viewport(placement.centred_on(upright_point))

    # -- selection

    def select(self, region: Region | None) -> None:
        """These pixels, which must lie in the picture; None for none."""
        if region != self.selection:
            self.selection = region
            self.selection_changed.emit()

    def clear_selection(self) -> bool:
        """False when there was none."""
        had_one = self.selection is not None
        self.select(None)
        return had_one

    def toggle_hexadecimal(self) -> None:
        self.hexadecimal = not self.hexadecimal
        self.hexadecimal_changed.emit(self.hexadecimal)


def next_zoom(zoom: float, fit_zoom: float) -> float:
    return next((step for step in STEPS if step > max(zoom, min(fit_zoom, 1.0)) * NEAR), LARGEST_ZOOM)


def former_zoom(zoom: float, fit_zoom: float) -> float | None:
    """The next smaller step; None for the whole picture, which nothing that is larger is passed by for."""
    smaller = next((step for step in reversed(STEPS) if step * NEAR < zoom), STEPS[0])
    if zoom * NEAR >= fit_zoom >= smaller:
        return None
    return max(smaller, min(1.0, fit_zoom))


def zoom_text(zoom: float) -> str:
    """`8:1`, `1:3`, `1:1.33`."""
    return f"{zoom:.4g}:1" if zoom >= 1 else f"1:{1 / zoom:.3g}"
