"""Ties the zoomed picture together: the mouse, what is drawn over it, what is known of pixel and selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from player.errors import StreamError
from player.media.pixels import Statistics, region_statistics
from player.media.raster import RasterConverter, RasterImage
from ui.inspector.background import Background
from ui.inspector.facts import PixelFacts, pixel_facts
from ui.inspector.mark_painter import MarkPainter
from ui.inspector.minimap import MARGIN, Minimap
from ui.inspector.mouse import Mouse
from ui.inspector.value_painter import ValuePainter
from ui.ipc.on_screen import OnScreen
from ui.video.overlay import Overlay

if TYPE_CHECKING:
    from player.records import Picture
    from ui.stage import Stage
    from ui.video.view import VideoView
    from ui.zoom import Region, Zoom

REST_MS = 100
"""Pictures that follow one another faster are not read one by one: what is said of them changes so often at most."""


class Inspector(QObject):
    """Made once there is a picture to look at. GUI thread only; what takes time is done by its `Background`."""

    refreshed = Signal()  # there is something else to say of the pixel or the selection

    def __init__(self, zoom: Zoom, stage: Stage) -> None:
        super().__init__(stage)
        view = zoom.view
        assert view is not None, "there is nothing to inspect"
        self.zoom = zoom
        self._view: VideoView = view
        self._stage = stage
        self._converter = RasterConverter()  # GUI thread: for a few pixels at a time
        self._thumbnails = RasterConverter()  # for the background's thread alone
        self.problem = ""
        """Why the pixels cannot be read; '' while they can."""
        self._read = False
        self._in_use = False
        self.mouse = Mouse(zoom, stage, stage.view)
        self.mouse.leave_for(stage.bar)
        self._background = Background(self)
        self._on_screen = OnScreen(view, stage.view, self)
        self._values = ValuePainter(self._converter)
        self._marks = MarkPainter()
        self.overlay = Overlay(view, stage.view, stage)
        self.overlay.stackUnder(stage.bar)
        self.overlay.add(self._values)
        self.overlay.add(self._marks)
        self._minimap: Minimap | None = None
        self._statistics: tuple[Picture, Region, tuple[Statistics, ...]] | None = None
        self._is_resting = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._on_screen.changed.connect(self._on_picture)
        self._background.finished.connect(self._take)
        self.mouse.moved.connect(self._on_pointer)
        view.placement_changed.connect(self._on_placement)
        zoom.selection_changed.connect(self._on_selection)
        zoom.hexadecimal_changed.connect(self._on_placement)
        zoom.look_changed.connect(self._on_look)
        zoom.changed.connect(self._use)
        zoom.selection_changed.connect(self._use)
        self._use()
        self._on_placement()

    # -- what it is told

    def note_picture(self, picture: Picture | None) -> None:
        """The view shows this from now on."""
        if self._in_use:
            self._on_screen.note(picture)

    def set_read(self, is_read: bool) -> None:
        """Whether somebody reads pixel and statistics as they change: the panel, while it is seen."""
        self._read = is_read
        self._use()

    @Slot()
    def _use(self) -> None:
        """Follow the pictures only while there is a reason to: playback must not pay for it."""
        wanted = self._read or self.zoom.viewport.zoom is not None or self.zoom.selection is not None
        if wanted and not self._in_use:
            self._in_use = True
            self._on_screen.picture = self.zoom.picture
            self._refresh()
        elif self._in_use and not wanted:
            self._in_use = False
            self._on_screen.forget()

    def shutdown(self) -> None:
        self._rest.stop()
        self._on_screen.forget()
        self._background.stop()

    # -- what it knows

    @property
    def picture(self) -> Picture | None:
        return self._on_screen.picture

    @property
    def pixel(self) -> tuple[int, int] | None:
        """The coded pixel under the pointer."""
        placement, place, picture = self._view.placement, self.mouse.place, self.picture
        if placement is None or place is None or picture is None or picture.coded_size != placement.coded_size:
            return None
        return placement.pixel_at(place)

    def facts(self) -> PixelFacts | None:
        """Of the pixel under the pointer; `problem` says why there are none of a pixel."""
        pixel = self.pixel
        self.problem = ""
        return None if pixel is None else self.facts_at(*pixel)

    def facts_at(self, x: int, y: int) -> PixelFacts | None:
        """Of a pixel of the picture on screen; None where it has no such pixel, too."""
        picture = self.picture
        if picture is None:
            return None
        try:
            look, reference = self.zoom.look
            return pixel_facts(picture, x, y, look, reference=reference, converter=self._converter)
        except StreamError as error:
            self.problem = str(error)
        except ValueError:
            pass  # the picture is smaller than the one before
        return None

    def statistics(self) -> tuple[Statistics, ...] | None:
        """Of the selection in the picture on screen, or in the one before while that is being read."""
        if self._statistics is None or self._statistics[1] != self.zoom.selection:
            return None
        return self._statistics[2]

    # -- what follows from what

    @Slot()
    def _on_picture(self) -> None:
        self._is_resting = not self._rest.isActive()
        self._rest.start()
        if self._is_resting or self.picture is None:
            self._refresh()
        else:
            self._show_values()

    @Slot()
    def _on_look(self) -> None:
        if self._in_use:
            self._refresh()

    @Slot()
    def _on_rest(self) -> None:
        if not self._is_resting:
            self._is_resting = True
            self._refresh()

    def _refresh(self) -> None:
        """A picture is there to be looked at."""
        self._show_values()
        self._marks.pixel = self.pixel
        self._ask_thumbnail()
        if self._read:
            self._ask_statistics()
        self.overlay.refresh()
        self.refreshed.emit()

    @Slot()
    def _on_placement(self) -> None:
        self._show_values()
        self._marks.pixel = self.pixel
        self._show_minimap()
        self.overlay.refresh()
        self.refreshed.emit()

    @Slot()
    def _on_pointer(self) -> None:
        former, self._marks.pixel = self._marks.pixel, self.pixel
        if former != self._marks.pixel:
            self.overlay.refresh()
            self.refreshed.emit()

    @Slot()
    def _on_selection(self) -> None:
        self._marks.selection = self.zoom.selection
        if self.zoom.selection is None:
            self._statistics = None  # it holds a picture
        if self._read:
            self._ask_statistics()
        self.overlay.refresh()
        self.refreshed.emit()

    def _show_values(self) -> None:
        """None of pictures that go by: who could read them?"""
        picture = self.picture if self._is_resting else None
        self._values.show(picture, self._view.placement, self.zoom.look, hexadecimal=self.zoom.hexadecimal)
        self.overlay.refresh()

    # -- the minimap

    def _show_minimap(self) -> None:
        placement = self._view.placement
        wanted = placement is not None and not placement.visible.empty and placement.visible.size != placement.rect.size
        if placement is None or not wanted:
            if self._minimap is not None:
                self._minimap.hide()
                self._minimap.show_image(None)
            return
        if self._minimap is None:
            self._minimap = Minimap(self._stage)
            self._minimap.stackUnder(self._stage.bar)
            self.mouse.leave_for(self._minimap)
            self._minimap.looked_at.connect(self.zoom.centre_on)
        came = self._minimap.isHidden()
        self._minimap.show_placement(placement)
        self._minimap.move(self._stage.width() - self._minimap.width() - MARGIN, MARGIN)
        self._minimap.show()
        if came:
            self._ask_thumbnail()

    def _ask_thumbnail(self) -> None:
        picture, minimap = self.picture, self._minimap
        if picture is not None and minimap is not None and not minimap.isHidden():
            size, (look, reference) = minimap.image_size(), self.zoom.look
            self._background.ask(
                "thumbnail", lambda: self._thumbnails.convert(picture, size, look=look, reference=reference)
            )

    # -- what comes from the background

    def _ask_statistics(self) -> None:
        picture, region = self.picture, self.zoom.selection
        if picture is None or region is None:
            return
        if self._statistics is not None and self._statistics[0] is picture and self._statistics[1] == region:
            return
        self._background.ask("statistics", lambda: (picture, region, region_statistics(picture, region)))

    @Slot()
    def _take(self) -> None:
        for result in self._background.take().values():
            if isinstance(result, RasterImage):
                if self._minimap is not None:
                    self._minimap.show_image(result)
            elif isinstance(result, tuple) and result[1] == self.zoom.selection:
                self._statistics = result
                self.refreshed.emit()
