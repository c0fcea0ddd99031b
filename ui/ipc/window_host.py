"""The window and its player as the IPC sees them: requests become what a person could have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from player.additions import Choice
from player.errors import ThreadStuckError
from player.events import Opened, OpenFailed, SubtitlesRead, SubtitlesRefused
from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Deferred, Entry, LoadFlag, ShotKind
from player.media.look import look_to_json
from player.records import State
from ui.folder_reader import FolderReader
from ui.ipc.bookmark_requests import BookmarkRequests
from ui.ipc.compare_requests import CompareRequests
from ui.ipc.detection_requests import DetectionRequests
from ui.ipc.inspection_requests import InspectionRequests
from ui.ipc.scope_requests import ScopeRequests
from ui.ipc.shots import Shot, Shots

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

READER_JOIN_S = 0.5


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
        self._readers: list[FolderReader] = []
        self._shots = Shots(controller.stills, player.fetch, answer_first, self)
        self._awaited: dict[int, Deferred] = {}  # subtitle files that are being read, by ticket
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
        controller.detecting.changed.connect(self.seen)

    def close(self) -> None:
        self.inspection.close()
        self._scopes.close()
        for reader in self._readers:
            reader.join(READER_JOIN_S)

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
        idle = self._player.snapshot().state in (State.IDLE, State.FAILED)
        return None if idle or not len(self._controller.playlist) else self._controller.playlist.place

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
        answer = Deferred()
        self._awaited[self._player.add_subtitles(path, Choice(select, title, language))] = answer
        return answer

    def on_event(self, event: Event) -> None:
        """What was asked for is done, or cannot be; with the file that was open, what it waits for is gone."""
        match event:
            case SubtitlesRead(ticket=ticket):
                self._settle(ticket, None)
            case SubtitlesRefused(ticket=ticket):
                self._settle(ticket, IpcError(FAILED))
            case Opened() | OpenFailed():
                self._give_up()
            case _:
                pass

    def _give_up(self) -> None:
        for ticket in tuple(self._awaited):
            self._settle(ticket, IpcError(FAILED))

    def _settle(self, ticket: int, answer: object) -> None:
        awaited = self._awaited.pop(ticket, None)
        if awaited is not None:
            with self._answer_first():
                awaited.settle(answer)

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

    # The playlist.

    def load(self, path: str, flag: LoadFlag, index: int, given: Input | None = None) -> Deferred:
        if given is not None:
            self._controller.inputs.remember(path, given)
        answer = Deferred()
        reader = FolderReader(self)  # folders and playlists are read off this thread
        self._readers.append(reader)

        def found(paths: list[str]) -> None:
            done()
            with self._answer_first():
                answer.settle({"playlist_entry_id": self._take_up(paths, flag, index).number})

        def refused(_error: object) -> None:
            done()
            answer.settle(IpcError(FAILED))

        def done() -> None:
            self._readers.remove(reader)
            reader.deleteLater()

        reader.found.connect(found)
        reader.refused.connect(refused)
        reader.read([path])
        return answer

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

    def _take_up(self, paths: list[str], flag: LoadFlag, index: int) -> Entry:
        controller, playlist = self._controller, self._controller.playlist
        if flag == "replace":
            controller.open_paths(paths, paused=self._player.paused)
            return playlist.entries[0]
        at = len(playlist)
        if flag.startswith("insert-next") and at:
            at = playlist.place + 1
        elif flag.startswith("insert-at") and index >= 0:
            at = min(index, at)
        entry = playlist.insert(paths, at)
        if flag.endswith("-play") and self.place is None:
            controller.play_place(at)
        else:
            controller.playlist_changed.emit()
        return entry

    def play_entry(self, place: int) -> None:
        self._controller.play_place(place)

    def play_neighbour(self, by: int, *, force: bool) -> None:
        playlist = self._controller.playlist
        if playlist.can_move(by):
            self._controller.play_place(playlist.place + by)
        elif force and by > 0 and self.place is not None:
            self.stop()
        else:
            raise IpcError(FAILED)

    def remove_entry(self, place: int | None) -> None:
        playlist, here = self._controller.playlist, self.place
        place = here if place is None else place
        if place is None or place >= len(playlist):
            raise IpcError(FAILED)
        playlist.remove(place)
        if place != here:
            self._controller.playlist_changed.emit()
        elif place < len(playlist):
            self._controller.play_place(place)
        else:
            self.stop()

    def clear_entries(self) -> None:
        if self.place is None:
            self._controller.playlist.replace([])
        else:
            self._controller.playlist.keep_current()
        self._controller.playlist_changed.emit()

    def stop(self) -> None:
        try:
            self._controller.close_file()
        except ThreadStuckError:
            raise IpcError(FAILED) from None
        self._give_up()
        self.touched.emit()
