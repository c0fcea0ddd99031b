"""The window and its player as the IPC sees them: requests become what a person could have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.additions import Choice
from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Deferred, Entry, LoadFlag, ShotKind
from player.media.look import look_to_json
from player.records import State
from ui.ipc.bookmark_requests import BookmarkRequests
from ui.ipc.compare_requests import CompareRequests
from ui.ipc.detection_requests import DetectionRequests
from ui.ipc.inspection_requests import InspectionRequests
from ui.ipc.playlist_requests import PlaylistRequests
from ui.ipc.scope_requests import ScopeRequests
from ui.ipc.shots import Shot, Shots
from ui.ipc.subtitle_requests import SubtitleRequests
from ui.ipc.training_requests import TrainingRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from player.events import Event
    from player.media.frame_index import FrameIndex
    from player.options import Input
    from player.player import Player
    from player.records import Kind, Picture, Snapshot
    from ui.controller import Controller
    from ui.ipc.on_screen import OnScreen


class WindowHost(QObject):
    """Implements `player.ipc.host.Host`. GUI thread only."""

    touched = Signal()  # something was asked for: properties may have changed
    seen = Signal()  # something else is known of the picture on screen
    event_wanted = Signal(object)  # a message for every client

    def __init__(
        self,
        player: Player,
        controller: Controller,
        on_screen: OnScreen,
        answer_first: Callable[[], AbstractContextManager[None]],
        *,
        now: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._controller = controller
        self._on_screen = on_screen
        self._answer_first = answer_first  # what happens within is told after the answer
        self._now = now
        self._list = PlaylistRequests(player, controller, answer_first, self)
        self._list.closed.connect(self._on_closed)
        self._shots = Shots(controller.stills, player.fetch, answer_first, self)
        self._subtitles = SubtitleRequests(player, answer_first)
        controller.frame_facts.details_came.connect(self.touched)
        controller.bookmarks.changed.connect(self.touched)
        controller.looks.changed.connect(self.touched)
        controller.captions.changed.connect(self.touched)
        self._marks = BookmarkRequests(controller.bookmarks)
        self.inspection = InspectionRequests(controller.zoom, on_screen, self)
        self.inspection.changed.connect(self.touched)
        self._scopes = ScopeRequests(self)
        self.comparing = CompareRequests(controller.compare, on_screen)
        controller.compare.changed.connect(self.touched)
        self.detection = DetectionRequests(controller.detecting, on_screen, answer_first)
        controller.detecting.models_changed.connect(self.touched)
        self.training = TrainingRequests(controller.training)
        for told in (controller.training.changed, controller.training.progressed):
            told.connect(self.touched)
        controller.detecting.changed.connect(self.seen)

    def close(self) -> None:
        self.inspection.close()
        self._scopes.close()
        self._list.close()

    # What is.

    @property
    def picture(self) -> Picture | None:
        return self._on_screen.picture

    def snapshot(self) -> Snapshot:
        return self._player.snapshot()

    def position_s(self) -> float | None:
        picture, info = self._on_screen.picture, self._player.info
        if info is None:
            return None
        if picture is not None and not picture.attached:
            return None if picture.time_s is None else max(0.0, picture.time_s - info.start_s)
        snapshot = self._player.snapshot()
        moving = any(track.number == snapshot.vid and not track.attached for track in info.of_kind("video"))
        return None if moving else snapshot.position_s

    def is_playing(self) -> bool:
        snapshot = self._player.snapshot()
        return snapshot.state is State.READY and not snapshot.paused

    def report(self) -> dict[str, object]:
        return self._player.report()

    @property
    def index(self) -> FrameIndex | None:
        return self._player.index

    def frame_facts(self) -> dict[str, object]:
        picture, snapshot = self._on_screen.picture, self._player.snapshot()
        if picture is None:
            raise IpcError(UNAVAILABLE)
        if not self.is_playing():
            self._controller.frame_facts.look_up(picture, snapshot)  # `touched` follows when it is found
        return self._controller.frame_facts.facts(picture, snapshot)

    def scopes(self) -> Deferred:
        return self._scopes.ask(self._on_screen.picture, self._controller.looks.look.override)

    def look(self) -> dict[str, object]:
        return look_to_json(self._controller.looks.look)

    def set_look(self, changes: dict[str, object]) -> None:
        try:
            self._controller.looks.change(changes)
        except ValueError:
            raise IpcError(INVALID_PARAMETER) from None
        self.touched.emit()

    def bookmarks(self) -> list[dict[str, object]]:
        return self._marks.bookmarks()

    def add_bookmark(self, note: str) -> None:
        self._marks.add(self._on_screen.picture, note)

    def remove_bookmark(self, place: int | None) -> None:
        self._marks.remove(place)

    def go_to_bookmark(self, by: int, place: int | None) -> None:
        self._marks.go(by, place)

    def export_bookmarks(self, path: str) -> Deferred:
        return self._marks.export(path)

    def import_bookmarks(self, path: str) -> Deferred:
        return self._marks.take_in(path)

    def now_us(self) -> int:
        return int(self._now() * 1e6)

    def version(self) -> str:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("overplay")
        except PackageNotFoundError:
            return "0"

    @property
    def audio_delay_s(self) -> float:
        return self._player.audio_delay_s

    @property
    def full_screen(self) -> bool:
        return self._controller.full_screen

    def entries(self) -> Sequence[Entry]:
        return self._controller.playlist.entries

    @property
    def place(self) -> int | None:
        return self._list.place

    # Run control. The window follows by the player's snapshot, without a word on screen.

    def set_paused(self, paused: bool) -> None:
        if paused:
            self._player.pause()
        elif self._player.paused:
            self._player.play()
        self.touched.emit()

    def set_speed(self, speed: float) -> None:
        self._controller.speed = speed
        self._player.set_speed(speed)
        self.touched.emit()

    def set_volume(self, volume: float) -> None:
        self._controller.volume = volume
        self._player.set_volume(volume)
        self.touched.emit()

    def set_muted(self, muted: bool) -> None:
        self._controller.muted = muted
        self._player.set_muted(muted)
        self.touched.emit()

    def set_audio_delay(self, delay_s: float) -> None:
        self._player.set_audio_delay(delay_s)
        self.touched.emit()

    def set_full_screen(self, full: bool) -> None:
        if full != self._controller.full_screen:
            self._controller.full_screen_requested.emit(full)
        self.touched.emit()

    def seek(self, position_s: float, *, exact: bool) -> None:
        self._before_seek()
        self._player.seek(position_s, exact=exact)
        self.touched.emit()

    def seek_by(self, delta_s: float, *, exact: bool) -> None:
        self._before_seek()
        self._player.seek_by(delta_s, exact=exact)
        self.touched.emit()

    def revert_seek(self, *, mark: bool) -> None:
        if mark:
            self._player.mark_place()
        elif not self._player.jump_back():
            raise IpcError(FAILED)
        self.touched.emit()

    def _before_seek(self) -> None:
        info = self._player.info
        if info is None or not info.seekable:
            raise IpcError(FAILED)

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        self._controller.loops.set_section(a_s, b_s)
        self.touched.emit()

    @property
    def file_rounds(self) -> int | None:
        return self._controller.loops.file_rounds

    def set_file_rounds(self, rounds: int | None) -> None:
        self._controller.loops.set_file_rounds(rounds)
        self.touched.emit()

    @property
    def playlist_rounds(self) -> int | None:
        return self._controller.loops.playlist_rounds

    def set_playlist_rounds(self, rounds: int | None) -> None:
        self._controller.loops.set_playlist_rounds(rounds)
        self.touched.emit()

    def step(self, count: int = 1) -> None:
        self._player.step(count)
        self.touched.emit()

    def run(self, direction: int) -> None:
        self._player.run(direction)
        self.touched.emit()

    def step_key(self, direction: int) -> None:
        self._before_seek()
        self._player.step_key(direction)
        self.touched.emit()

    def go_to_frame(self, ordinal: int) -> None:
        self._before_seek()
        self._player.go_to_frame(ordinal)
        self.touched.emit()

    def go_to_pts(self, pts: int) -> None:
        self._before_seek()
        self._player.go_to_pts(pts)
        self.touched.emit()

    def select(self, kind: Kind, number: int | None) -> None:
        self._controller.select(kind, number)
        self.touched.emit()

    def add_subtitles(self, path: str, *, select: bool, title: str, language: str | None) -> Deferred:
        return self._subtitles.add(path, Choice(select, title, language))

    def on_event(self, event: Event) -> None:
        self._subtitles.on_event(event)

    def set_subtitle_delay(self, delay_s: float) -> None:
        self._player.set_subtitle_delay(delay_s)
        self.touched.emit()

    @property
    def subtitles_visible(self) -> bool:
        return self._controller.captions.visible

    def set_subtitles_visible(self, visible: bool) -> None:
        self._controller.captions.set_visible(visible)

    def show_text(self, text: str) -> None:
        self._controller.message.emit(text)

    def broadcast(self, event: dict[str, object]) -> None:
        self.event_wanted.emit(event)

    def quit(self, code: int) -> None:
        self._controller.quit_requested.emit(code)

    # Pictures.

    def save_picture(
        self, path: str | None, kind: ShotKind, *, side_file: bool, replace: bool, ordinal: int | None = None
    ) -> Deferred:
        shot = Shot(path, kind, side_file=side_file, replace=replace)
        if ordinal is None:
            return self._shots.save(shot, self.picture)
        return self._shots.save_by_number(shot, ordinal)

    @property
    def still_folder(self) -> str:
        return self._controller.stills.folder

    def set_still_folder(self, path: str) -> None:
        self._controller.stills.folder = path

    # The playlist.

    def load(self, path: str, flag: LoadFlag, index: int, given: Input | None = None) -> Deferred:
        return self._list.load(path, flag, index, given)

    def play_entry(self, place: int) -> None:
        self._controller.play_place(place)

    def play_neighbour(self, by: int, *, force: bool) -> None:
        self._list.play_neighbour(by, force=force)

    def remove_entry(self, place: int | None) -> None:
        self._list.remove(place)

    def clear_entries(self) -> None:
        self._list.clear()

    def stop(self) -> None:
        self._list.stop()

    @Slot()
    def _on_closed(self) -> None:
        self._subtitles.give_up()
        self.touched.emit()
