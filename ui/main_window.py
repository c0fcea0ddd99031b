"""The main window: assembles the parts and connects them. What a command does is in `ui.controller`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from player.records import MediaInfo, Picture, Snapshot, State
from ui.actions import enable_for_file, make_actions
from ui.asking import Asking
from ui.detections.asking import ModelAsking, take_models
from ui.detections.coming import Coming
from ui.dock_offers import offer_docks
from ui.docks import Docks
from ui.folder_reader import FolderReader
from ui.inspection import Inspection
from ui.menus import Menus
from ui.stage import PageName, Stage
from ui.window_size import MIN_WINDOW, SCREEN_SHARE, stage_size
from ui.wording import file_name, media_title

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from player.cli.options import Geometry
    from ui.compare.marks import CompareMarks
    from ui.controller import Controller
    from ui.look.badge import Badge
    from ui.settings import WindowSettings
    from ui.theme import Appearance, Theme
    from ui.video.overlay import Overlay

FRAME_HEIGHT = 32
"""What a window manager's title bar is taken to need; the real one is known only once the window is up."""
NO_MANAGER_MS = 300
"""A window manager has made the window full screen by then."""
DEFAULT_SIZE = (880, 560)
VOLUME_NOTCH = 2.0
SEEK_NOTCH_S = 5.0


class MainWindow(QMainWindow):
    """One window for one player. `view` is the picture's widget."""

    closed = Signal()

    def __init__(self, controller: Controller, view: QWidget, theme: Theme, settings: WindowSettings) -> None:
        super().__init__()
        self._controller = controller
        self._theme = theme
        self.settings = settings
        self._picture_size: tuple[int, int] | None = None
        self._path: str | None = None
        self._snapshot: Snapshot | None = None
        self._place_before_full = QRect()
        self._covers_by_itself = False
        self._badge: Badge | None = None
        self._compare_marks: CompareMarks | None = None
        self._fitted = False  # the window once took the size of a picture, or the one it was asked to take
        self.setWindowTitle("Overplay")
        self.setAcceptDrops(True)
        self.actions_by_name = make_actions(controller, self)
        self.menus = Menus(self.menuBar(), self.actions_by_name)
        self.setMinimumSize(max(MIN_WINDOW[0], self.menuBar().sizeHint().width()), MIN_WINDOW[1])
        self.stage = Stage(view, self.actions_by_name)
        self.setCentralWidget(self.stage)
        self.docks = Docks(self, self.stage, view, self.actions_by_name)
        self.docks.remember(settings.docks, settings.dock_layout)
        controller.scopes.restore(settings.scopes)
        controller.detecting.restore(settings.models, settings.model_choices, settings.stale_boxes)
        controller.training.restore(settings.training)
        offer_docks(self.docks, controller)
        self.inspection = Inspection(controller.zoom, self.stage)
        self.inspection.offer(self.docks)
        controller.captions.make_overlay = self._make_overlay
        self.over_picture = Coming(controller.detecting, controller.zoom, self.stage)
        self.reader = FolderReader(self)
        self.asking = Asking(self, controller, theme)
        self.model_asking = ModelAsking(self, controller.detecting)
        self._connect(controller)
        enable_for_file(self.actions_by_name, False)
        self._show_recent()
        self._on_playlist()
        self._dress()
        self.stage.bar.volume.show_state(controller.volume, controller.muted)
        self.stage.setFocus()
        self.resize(*((settings.width, settings.height) if settings.width and settings.height else DEFAULT_SIZE))

    def _connect(self, controller: Controller) -> None:
        stage, bar = self.stage, self.stage.bar
        controller.message.connect(stage.osd.show_message)
        controller.file_started.connect(self._on_started)
        controller.file_opened.connect(self._on_opened)
        controller.file_failed.connect(self._on_failed)
        controller.file_closed.connect(self._on_closed)
        controller.playlist_changed.connect(self._on_playlist)
        controller.open_requested.connect(self.ask_for_files)
        controller.full_screen_requested.connect(self.set_full_screen)
        controller.scale_requested.connect(self.set_scale)
        controller.frames.go_to_wanted.connect(self._ask_where_to)
        controller.training.quit_wanted.connect(self._ask_to_quit)
        controller.shortcuts_requested.connect(self._show_shortcuts)
        controller.about_requested.connect(self._show_about)
        bar.connect_seek(controller.scrub_to, controller.scrub_end)
        bar.volume.volume_wanted.connect(controller.set_volume)
        stage.full_screen_toggled.connect(controller.toggle_full_screen)
        stage.volume_scrolled.connect(lambda notches: controller.volume_by(notches * VOLUME_NOTCH))
        stage.seek_scrolled.connect(lambda notches: controller.seek_by(notches * SEEK_NOTCH_S))
        stage.menu_wanted.connect(self._show_context_menu)
        stage.open_wanted.connect(self.ask_for_files)
        stage.recent_wanted.connect(self.open_path)
        self.reader.found.connect(controller.open_paths)
        self.reader.refused.connect(controller.on_refused)
        self._theme.changed.connect(self._dress)
        self.menus.show_appearance(self._theme.appearance, self._set_appearance)
        controller.show_mode_changed.connect(self._on_show_mode)
        controller.statistics_toggled.connect(self._on_statistics)
        controller.dock_wanted.connect(self.docks.toggle)
        controller.bookmarks.changed.connect(self._on_bookmarks)
        controller.loops.mark(self.actions_by_name)
        controller.looks.mark(self.actions_by_name)
        controller.looks.changed.connect(self._on_look)
        controller.compare.changed.connect(self._on_compare)
        controller.compare.file_wanted.connect(self._ask_for_other)
        self.menus.colour.aboutToShow.connect(self._fill_colour_menu)
        self.menus.analysis.aboutToShow.connect(self._fill_model_menus)
        controller.detecting.mark(self.actions_by_name)
        self.actions_by_name["show-subtitles"].setChecked(True)
        controller.captions.changed.connect(
            lambda: self.actions_by_name["show-subtitles"].setChecked(controller.captions.visible)
        )
        controller.zoom.hexadecimal_changed.connect(self.actions_by_name["hexadecimal"].setChecked)
        self.menus.devices.aboutToShow.connect(self._look_for_devices)
        controller.sound.listed.connect(self._show_devices)
        self._show_devices(None)

    # -- looks

    @Slot()
    def _dress(self) -> None:
        self.stage.set_colours(self._theme.colours)
        self.docks.set_colours(self._theme.colours)

    def _set_appearance(self, appearance: Appearance) -> None:
        self._theme.set_appearance(appearance)
        self.settings = replace(self.settings, appearance=appearance)

    def _show_recent(self) -> None:
        self.menus.show_recent(self.settings.recent, self.open_path)
        self.stage.set_recent(self.settings.recent)

    @Slot()
    def _look_for_devices(self) -> None:
        if self._controller.sound.on_offer:
            self._show_devices(None)
            self._controller.sound.look()
        else:
            self._show_devices([])

    @Slot(list)
    def _show_devices(self, names: list[str] | None) -> None:
        sound = self._controller.sound
        self.menus.show_devices(names, sound.choice, sound.choose)

    # -- what the controller and the bridge say

    @Slot(str)
    def _on_started(self, path: str) -> None:
        self._path = path
        self.setWindowTitle(f"{file_name(path)} — Overplay")
        if self.stage.page in ("welcome", "error"):
            self.stage.setFocus()  # or the focus wanders from the hidden page's button into the bar
            self.stage.show_page("picture")

    @Slot(object)
    def _on_opened(self, info: MediaInfo) -> None:
        enable_for_file(self.actions_by_name, True)
        self.settings = self.settings.with_recent(os.path.abspath(info.path))
        self._show_recent()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        enable_for_file(self.actions_by_name, False)
        self.stage.error.show_sentence(sentence)
        self.stage.show_page("error")
        self.stage.error.open_button.setFocus()

    @Slot()
    def _on_closed(self) -> None:
        self._path = None
        self.setWindowTitle("Overplay")
        enable_for_file(self.actions_by_name, False)
        self.stage.show_page("welcome")

    @Slot()
    def _on_playlist(self) -> None:
        playlist = self._controller.playlist
        self.stage.bar.show_playlist(len(playlist) > 1)
        self.actions_by_name["previous-file"].setEnabled(playlist.can_move(-1))
        self.actions_by_name["next-file"].setEnabled(playlist.can_move(1))

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        bar = self.stage.bar
        bar.show_snapshot(snapshot)
        bar.volume.show_state(self._controller.volume, self._controller.muted)
        self.stage.show_snapshot(snapshot)
        self.docks.show_snapshot(snapshot)
        self._controller.captions.on_snapshot(snapshot)
        self.menus.show_tracks(snapshot, self._controller.select)
        if snapshot.state in (State.READY, State.ENDED) and snapshot.info is not None:
            self._show_file(snapshot, snapshot.info)

    def _show_file(self, snapshot: Snapshot, info: MediaInfo) -> None:
        """The page for what is open: its picture, its sound as a picture, or its name."""
        mode = self._controller.shown_mode(snapshot)
        page: PageName = "picture" if snapshot.vid is not None else "audio"
        if mode in ("waves", "spectrum") and snapshot.aid is not None and self.stage.can_listen:
            moves = snapshot.state is State.READY and not snapshot.paused
            self.stage.sound.show_sound(mode, media_title(info), moves=moves)
            page = "sound"
        if page != self.stage.page:
            if page == "audio":
                self.stage.audio.show_media(info, snapshot.aid)
            self.stage.show_page(page)

    @Slot()
    def _on_show_mode(self) -> None:
        if self._snapshot is not None and self._snapshot.info is not None:
            self._show_file(self._snapshot, self._snapshot.info)

    @Slot(bool)
    def _on_statistics(self, is_on: bool) -> None:
        self.actions_by_name["statistics"].setChecked(is_on)
        self.stage.show_statistics(self._controller.figures if is_on else None, self._snapshot)

    @Slot()
    def _on_bookmarks(self) -> None:
        book = self._controller.bookmarks
        self.stage.bar.seek.set_marks(tuple(book.position_s(mark) for mark in book.marks))

    @Slot()
    def _fill_colour_menu(self) -> None:
        from ui.look.colour_menu import add_choices

        self.menus.colour.aboutToShow.disconnect(self._fill_colour_menu)
        add_choices(self.menus.colour, self._controller.looks)

    @Slot()
    def _fill_model_menus(self) -> None:
        from ui.detections.model_menu import ModelMenu

        self.menus.analysis.aboutToShow.disconnect(self._fill_model_menus)
        for place, menu in enumerate(self.menus.models):
            ModelMenu(menu, self._controller.detecting, place)

    @Slot()
    def _on_look(self) -> None:
        if self._badge is None and not self._controller.looks.is_plain:
            from ui.look.badge import Badge  # most people look at pictures as they are

            self._badge = Badge(self._controller.looks, self.stage)

    @Slot()
    def _on_compare(self) -> None:
        compare = self._controller.compare
        self.actions_by_name["compare"].setChecked(compare.is_on)
        if self._compare_marks is None and compare.is_on and self._controller.zoom.view is not None:
            from ui.compare.marks import CompareMarks  # few starts need them

            self._compare_marks = CompareMarks(
                compare, self._controller.looks, self.stage, self._controller.zoom.view
            )  # fmt: skip

    def _make_overlay(self) -> Overlay:
        from ui.video.overlay import Overlay

        view = self._controller.zoom.view
        assert view is not None, "cues come with pictures"
        overlay = Overlay(view, self.stage.view, self.stage)
        overlay.stackUnder(self.stage.bar)
        return overlay

    def note_picture(self, picture: Picture | None) -> None:
        """The picture that is on screen from now on; its size is what `window size` counts from."""
        self.docks.note_picture(picture)
        self._controller.stills.note_picture(picture)
        self._controller.bookmarks.note_picture(picture)
        self._controller.captions.note_picture(picture)
        self.inspection.note_picture(picture)
        if picture is not None:
            self._picture_size = picture.display_size
            if self.isVisible() and not self._fitted:
                self._fitted = True
                if not self.isFullScreen() and not self.isMaximized():
                    self.resize(self.size_for_picture())
                    self._centre()

    # -- size

    def size_for_picture(self, scale: float = 1.0) -> QSize:
        """The window's size for the picture on screen, within the screen."""
        area = self.screen().availableGeometry()
        docks = self.docks.extra
        extra = self.menuBar().sizeHint().height() + self.stage.extra_height() + docks.height()
        size = stage_size(
            self._picture_size or (640, 360), (area.width(), area.height()), (docks.width(), extra + FRAME_HEIGHT),
            self.screen().devicePixelRatio(), scale,
        )  # fmt: skip
        return QSize(size[0] + docks.width(), size[1] + extra).expandedTo(self.minimumSize())

    @Slot(float)
    def set_scale(self, scale: float) -> None:
        if self._controller.full_screen:
            self.set_full_screen(False)
        self.showNormal()
        self.resize(self.size_for_picture(scale))

    def expect_picture(self, path: str, size: tuple[int, int]) -> None:
        """`path` is being opened, and its first picture has this size: to be known before the window is shown."""
        self._on_started(path)
        self._picture_size = size

    def show_first(self, geometry: Geometry, full_screen: bool) -> None:
        """Put the window on the screen for the first time, in the size and at the place asked for."""
        asked = geometry.width is not None or geometry.height is not None
        if self._picture_size is not None:
            self.resize(self.size_for_picture())
        if asked:
            self.resize(geometry.width or self.width(), geometry.height or self.height())
        self._fitted = asked or self._picture_size is not None
        area = self.screen().availableGeometry()
        if not self._fitted:
            self.resize(self.size().boundedTo(area.size() * SCREEN_SHARE))
        if geometry.x is not None and geometry.y is not None:
            x = geometry.x if geometry.x >= 0 else area.width() + geometry.x - self.width()
            y = geometry.y if geometry.y >= 0 else area.height() + geometry.y - self.height()
            self.move(area.topLeft() + QPoint(x, y))
        else:
            self._centre()
        if full_screen:
            self._controller.full_screen_requested.emit(True)
        else:
            self.show()
        self.activateWindow()  # where no window manager does it, the keyboard would go nowhere

    def _centre(self) -> None:
        area = self.screen().availableGeometry()
        self.move(area.center() - QPoint(self.width() // 2, (self.height() + FRAME_HEIGHT) // 2))

    @Slot(bool)
    def set_full_screen(self, is_full: bool) -> None:
        self._controller.full_screen = is_full
        self.menuBar().setVisible(not is_full)
        self.stage.set_full_screen(is_full)
        if is_full:
            self._place_before_full = self.geometry()
            self.docks.set_full_screen(True)
            self.showFullScreen()
            QTimer.singleShot(NO_MANAGER_MS, self, self._cover_screen)
        else:
            self.showNormal()
            if self._covers_by_itself:
                self._covers_by_itself = False
                self.setGeometry(self._place_before_full)
            self.docks.set_full_screen(False)

    @Slot()
    def _cover_screen(self) -> None:
        """Full screen is the window manager's work; where there is none, the window does it."""
        if self.isFullScreen() and self.geometry() != self.screen().geometry():
            self._covers_by_itself = True
            self.setGeometry(self.screen().geometry())

    # -- files

    @Slot()
    def _show_shortcuts(self) -> None:
        from ui import dialogs  # here and below: few starts need any of them

        dialogs.shortcuts_dialog(self).show()

    @Slot()
    def _show_about(self) -> None:
        from ui import dialogs

        dialogs.about_dialog(self).show()

    @Slot()
    def _ask_to_quit(self) -> None:
        from ui.training.asking import ask_to_quit

        ask_to_quit(self, self._controller)

    @Slot()
    def ask_for_files(self) -> None:
        from ui import dialogs

        folder = os.path.dirname(self._path or (self.settings.recent[0] if self.settings.recent else ""))
        paths = dialogs.ask_for_files(self, folder)
        if paths:
            self._take(list(paths))

    @Slot()
    def _ask_for_other(self) -> None:
        from ui import dialogs

        path = dialogs.ask_for_other(self, os.path.dirname(self._controller.compare.file or self._path or ""))
        if path:
            self._controller.compare.choose("file", path)

    @Slot()
    def _ask_where_to(self) -> None:
        from ui.go_to import GoToDialog  # when it is asked for

        here = None if self._snapshot is None else self._snapshot.frame
        GoToDialog(self, self._controller.frames.go_to, here, self._theme.colours).open()

    @Slot(str)
    def open_path(self, path: str) -> None:
        self._controller.open_paths([path])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._take(paths)

    def _take(self, paths: list[str]) -> None:
        """Dropped or picked: models look at pictures, everything else is played."""
        media = take_models(paths, self._controller.detecting)
        if media:
            self.reader.read(media)

    @Slot(QPoint)
    def _show_context_menu(self, at: QPoint) -> None:
        menu = self.menus.context_menu(self, self.actions_by_name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def closing_settings(self) -> WindowSettings:
        """The settings to write at the end."""
        sound, detecting = self._controller.sound, self._controller.detecting
        docks, dock_layout = self.docks.remembered()
        settings = replace(
            self.settings, volume=self._controller.volume, muted=self._controller.muted,
            device=sound.choice, delays=tuple(sound.delays.items()), docks=docks, dock_layout=dock_layout,
            scopes=self._controller.scopes.text, models=detecting.kept.recent, model_choices=detecting.kept.turned,
            stale_boxes=detecting.manner.stale, training=self._controller.training.remembered(),
        )  # fmt: skip
        if not self._controller.full_screen and self._picture_size is None:
            size = self.size() - self.docks.grown
            settings = replace(settings, width=size.width(), height=size.height())
        return settings

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._controller.training.may_quit():
            event.ignore()
            return
        self.hide()
        event.accept()
        self.closed.emit()
