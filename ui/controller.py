"""What the commands do: asks the player, keeps the playlist, and tells the window in signals. Draws nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.errors import OpenError, PlayerError, RawFormatNeededError, StreamError, ThreadStuckError, UsageError
from player.events import (
    EndReached,
    Event,
    Failed,
    FirstPicture,
    Opened,
    OpenFailed,
    SubtitlesRead,
    SubtitlesRefused,
    TracksChanged,
    Warned,
)
from player.options import OpenOptions
from player.records import KINDS, Kind, Snapshot, State
from player.timebase import format_time
from ui.bookmarks.book import Book
from ui.compare.compare import Compare
from ui.detections.detecting import Detecting
from ui.frame_facts import FrameFacts
from ui.frames import Frames
from ui.inputs import Inputs
from ui.look.looks import Looks
from ui.loops import Loops
from ui.playlist import Playlist
from ui.scopes.choice import ScopeChoice
from ui.scrubber import Scrubber
from ui.sound_devices import SoundDevices
from ui.stills import Stills
from ui.subtitles.captions import Captions
from ui.training_seat import TrainingSeat
from ui.wording import track_name
from ui.zoom import Zoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.bookmarks import Bookmark
    from player.cli.options import ShowMode
    from player.figures import Figures
    from ui.player_face import PlayerFace

MAX_VOLUME = 130.0
SPEED_RANGE = (0.25, 4.0)
NO_CHAPTER_STEP_S = 600.0
CHAPTER_RESTART_S = 5.0
"""Further into a chapter than this, `previous chapter` goes to its own beginning first, as mpv does."""
LAST_MOMENT_S = 1.0
"""End goes to this long before the end, so that there is something to see."""
INPUT_ERRORS = (OpenError, StreamError, UsageError)
"""The file's fault or the user's, exit code 2; everything else is ours, 1."""
SHOW_MODES: tuple[ShowMode, ...] = ("cover", "waves", "spectrum")
SHOW_NAMES: dict[ShowMode, str] = {"cover": "cover", "waves": "waveform", "spectrum": "spectrum"}
KIND_NAMES: dict[Kind, str] = {"video": "Video", "audio": "Audio", "subtitle": "Subtitles"}


class Controller(QObject):
    """The window's decisions. GUI thread only."""

    message = Signal(str)  # a few words to show for a moment
    file_started = Signal(str)  # the path that is being opened
    file_opened = Signal(object)  # its MediaInfo
    file_failed = Signal(str)  # one sentence
    file_closed = Signal()
    playlist_changed = Signal()
    open_requested = Signal()
    full_screen_requested = Signal(bool)
    scale_requested = Signal(float)
    shortcuts_requested = Signal()
    about_requested = Signal()
    show_mode_changed = Signal()
    statistics_toggled = Signal(bool)
    dock_wanted = Signal(str)  # the name of a dock to open, to bring to the front or to close
    quit_requested = Signal(int)  # the exit code

    def __init__(
        self,
        player: PlayerFace,
        *,
        options: OpenOptions | None = None,
        autoexit: bool = False,
        complain: Callable[[str], None] = lambda _sentence: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._options = options or OpenOptions()
        self._autoexit = autoexit
        self._complain = complain
        self._from_command_line = False
        self._played_one = False
        self._failed_one = False
        self._asked_for_track = False
        self._tracks: dict[Kind, int | None] = {}
        self._scrubber = Scrubber(player.seek)
        self.sound = SoundDevices(player, self)
        self.sound.message.connect(self.message)
        self.loops = Loops(player, self._options.loop, self)
        self.loops.message.connect(self.message)
        self.inputs = Inputs(self._options.input, self._start, self)
        self.inputs.message.connect(self.message)
        self.inputs.refused.connect(self.on_refused)
        self.stills = Stills(self.playlist_path, player.snapshot, self)
        self.stills.message.connect(self.message)
        self.captions = Captions(player, self)
        self.captions.message.connect(self.message)
        self.bookmarks = Book(self._go_to_bookmark, lambda: player.index, self)
        self.bookmarks.message.connect(self.message)
        self.frames = Frames(player, self)
        self.frames.message.connect(self.message)
        self.frame_facts = FrameFacts(lambda: player.index, lambda: self._options.input, self)
        self.scopes = ScopeChoice(self)
        self.zoom = Zoom(self)
        self.zoom.message.connect(self.message)
        self.looks = Looks(player.step, self)
        self.looks.message.connect(self.message)
        self.zoom.follow(self.looks)
        self.compare = Compare(player, self.looks, lambda: self._options, complain, self)
        self.compare.message.connect(self.message)
        self.file_started.connect(self.compare.on_started)
        self.file_closed.connect(lambda: self.compare.on_started(""))
        self.detecting = Detecting(player, complain, self)
        self.detecting.message.connect(self.message)
        self.file_started.connect(self.detecting.on_started)
        self.file_closed.connect(lambda: self.detecting.on_started(""))
        self.training = TrainingSeat(self)
        self.training.message.connect(self.message)
        self.playlist = Playlist()
        self.full_screen = False  # as the window last said
        self.show_mode: ShowMode | None = None
        """What files without a moving picture show; None: their cover, or the waveform."""
        self.statistics = False
        self.volume = 100.0
        self.muted = False
        self.speed = 1.0

    # -- files

    def adopt(self, paths: list[str]) -> None:
        """The files of the command line; the player was already told to open the first, to lose no time."""
        self._from_command_line = True
        self.playlist.replace(paths)
        self.playlist_changed.emit()
        if self.playlist.current is not None:
            self.file_started.emit(self.playlist.current)

    def playlist_path(self) -> str | None:
        """The file that is open or was tried last."""
        return self.playlist.current

    def open_paths(self, paths: list[str], *, paused: bool = False) -> None:
        """Play these instead of what is open. Start, length and pause from the command line were for its files."""
        if not paths:
            return
        self._from_command_line = False
        self.inputs.forget_given()
        self._options = replace(self._options, start_s=None, length_s=None, subtitle_files=(), paused=paused)
        self.playlist.replace(paths)
        self.playlist_changed.emit()
        self._start(paths[0])

    def playlist_by(self, by: int) -> None:
        if self.playlist.can_move(by):
            self.play_place(self.playlist.place + by)
        elif len(self.playlist) > 1:
            self.message.emit("Last file" if by > 0 else "First file")

    def play_place(self, place: int) -> None:
        """The file at `place` of the playlist, from its beginning; a pause stays a pause."""
        path = self.playlist.move(place - self.playlist.place)
        if path is not None:
            self._options = replace(self._options, paused=self._player.paused)
            self.playlist_changed.emit()
            self._start(path)

    def close_file(self) -> None:
        try:
            self._player.close()
        except ThreadStuckError as error:
            self._complain(str(error))  # a dead disk: the window goes on without it
        self.playlist.replace([])
        self._scrubber.reset()
        self.frame_facts.forget()
        self.bookmarks.close_file()
        self.playlist_changed.emit()
        self.file_closed.emit()

    def _start(self, path: str) -> None:
        self._scrubber.reset()
        self.frame_facts.forget()
        self.bookmarks.close_file()
        self._asked_for_track = False
        self._options = replace(self._options, input=self.inputs.of(path))
        self.zoom.reset()
        self._player.open(path, replace(self._options, loop=self.loops.file_plays))
        self.file_started.emit(path)

    # -- what the player says

    @Slot(object)
    def on_event(self, event: Event) -> None:
        match event:
            case Opened(info=info):
                self._tracks = self._current_tracks()
                self.bookmarks.open_file(info)
                self.file_opened.emit(info)
            case OpenFailed(error=error) | Failed(error=error):
                self._on_failure(error)
            case EndReached():
                if self.playlist.can_move(1):
                    self.playlist_by(1)
                elif self.loops.begin_playlist_again():
                    self.play_place(0)
                elif self._autoexit:
                    self.quit_requested.emit(2 if self._failed_one else 0)
            case TracksChanged():
                self._on_tracks()
            case Warned(text=text):
                self.message.emit(text)
            case SubtitlesRead(track=track):
                self.message.emit(f"Subtitles: {track_name(track)}")
            case SubtitlesRefused(error=error):
                self._complain(str(error))
                self.message.emit(str(error))
            case FirstPicture():
                self._played_one = True
                self._scrubber.settled()

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.sound.on_snapshot(snapshot)
        self.loops.on_snapshot(snapshot)
        self.compare.on_snapshot(snapshot)
        self.detecting.on_snapshot(snapshot)
        if not snapshot.seeking:
            self._scrubber.settled()

    @Slot(object)
    def on_refused(self, error: PlayerError) -> None:
        """What was dropped or picked holds nothing to play; what is playing goes on."""
        self._complain(str(error))
        if self._player.snapshot().info is not None:
            self.message.emit(str(error))
        else:
            self.file_failed.emit(str(error))

    def _on_failure(self, error: PlayerError) -> None:
        """A file of the command line gives way to the next; with none left and none played, so does the program."""
        sentence = str(error)
        self._scrubber.reset()
        if isinstance(error, RawFormatNeededError) and not self._autoexit:
            self.inputs.need(error)  # the window asks; this is no failure yet
            return
        self._complain(sentence)
        self._failed_one = True
        if self._from_command_line and self.playlist.can_move(1):
            self.playlist_by(1)
            self.message.emit(sentence)
        elif self._autoexit or (self._from_command_line and not self._played_one):
            self.quit_requested.emit(2 if isinstance(error, INPUT_ERRORS) else 1)
        else:
            self.file_failed.emit(sentence)

    def _current_tracks(self) -> dict[Kind, int | None]:
        snapshot = self._player.snapshot()
        return {"video": snapshot.vid, "audio": snapshot.aid, "subtitle": snapshot.sid}

    def _on_tracks(self) -> None:
        before, self._tracks = self._tracks, self._current_tracks()
        info = self._player.snapshot().info
        if info is None or not self._asked_for_track:
            return
        for kind in KINDS:
            number = self._tracks[kind]
            if number != before.get(kind):
                track = next((track for track in info.of_kind(kind) if track.number == number), None)
                self.message.emit(f"{KIND_NAMES[kind]}: {'off' if track is None else track_name(track)}")

    # -- playback

    def play_pause(self) -> None:
        """At the end, it plays again from where it began."""
        if self._player.snapshot().state in (State.READY, State.OPENING, State.ENDED):
            self._player.toggle_pause()

    def play(self) -> None:
        if self._player.paused:
            self._player.play()

    def pause(self) -> None:
        self._player.pause()

    def seek_by(self, delta_s: float) -> None:
        """While a seek is under way the next ones gather, so that a held key shows pictures on its way."""
        if not self._can_seek():
            return
        snapshot = self._player.snapshot()
        if snapshot.seeking and snapshot.position_s is not None:
            self._tell_position(self._scrubber.move_by(delta_s, snapshot.position_s))
        else:
            self._player.seek_by(delta_s)
            self._scrubber.began()
            self._tell_position(self._player.snapshot().position_s)

    def seek_to(self, position_s: float) -> None:
        if self._can_seek():
            self._player.seek(position_s)
            self._tell_position(position_s)

    def seek_end(self) -> None:
        duration_s = self._player.snapshot().duration_s
        if duration_s is not None:
            self.seek_to(max(0.0, duration_s - LAST_MOMENT_S))

    def scrub_to(self, position_s: float) -> None:
        """The slider is being dragged over this position."""
        if self._can_seek():
            self._scrubber.move(position_s)

    def scrub_end(self, position_s: float) -> None:
        if self._can_seek():
            self._scrubber.release(position_s)

    def _go_to_bookmark(self, mark: Bookmark) -> None:
        if not self._can_seek():
            return
        if mark.pts is not None and self._player.index is not None:
            self._player.go_to_pts(mark.pts)
        else:
            self._player.seek(self.bookmarks.position_s(mark))

    def chapter_by(self, by: int) -> None:
        snapshot = self._player.snapshot()
        chapters = snapshot.info.chapters if snapshot.info is not None else ()
        if len(chapters) < 2 or snapshot.position_s is None:
            self.seek_by(by * NO_CHAPTER_STEP_S)
            return
        now_s = snapshot.position_s
        place = max((i for i, chapter in enumerate(chapters) if chapter.start_s <= now_s + 0.001), default=-1)
        if by < 0 and place >= 0 and now_s - chapters[place].start_s > CHAPTER_RESTART_S:
            by = 0
        target = max(0, place + by)
        if target >= len(chapters):
            self.message.emit("Last chapter")
            return
        self._player.seek(chapters[target].start_s)
        name = chapters[target].title
        self.message.emit(f"Chapter {target + 1}: {name}" if name else f"Chapter {target + 1}")

    def _can_seek(self) -> bool:
        snapshot = self._player.snapshot()
        if snapshot.state not in (State.READY, State.ENDED) or snapshot.info is None:
            return False
        if not snapshot.info.seekable:
            self.message.emit("This file cannot be searched")
        return snapshot.info.seekable

    def _tell_position(self, position_s: float | None) -> None:
        duration_s = self._player.snapshot().duration_s
        end = "" if duration_s is None else f" / {format_time(duration_s)}"
        if position_s is not None and duration_s is not None:
            position_s = min(position_s, duration_s)
        self.message.emit(format_time(position_s) + end)

    def speed_times(self, factor: float) -> None:
        self._set_speed(self.speed * factor)

    def reset_speed(self) -> None:
        self._set_speed(1.0)

    def _set_speed(self, speed: float) -> None:
        near = 1.0 if abs(speed - 1.0) < 0.02 else speed
        self.speed = min(max(near, SPEED_RANGE[0]), SPEED_RANGE[1])
        self._player.set_speed(self.speed)
        self.message.emit(f"Speed {self.speed:.2f}×")

    # -- sound

    def volume_by(self, delta: float) -> None:
        self.set_volume(self.volume + delta)

    def set_volume(self, volume: float) -> None:
        self.volume = min(max(float(volume), 0.0), MAX_VOLUME)
        self._player.set_volume(self.volume)
        self.message.emit(f"Volume {self.volume:.0f} %" + (" (muted)" if self.muted else ""))

    def restore_sound(self, volume: float, muted: bool) -> None:
        """As remembered, without a word about it."""
        self.volume, self.muted = volume, muted
        self._player.set_volume(volume)
        self._player.set_muted(muted)

    def toggle_mute(self) -> None:
        self.muted = not self.muted
        self._player.set_muted(self.muted)
        self.message.emit("Muted" if self.muted else f"Volume {self.volume:.0f} %")

    # -- tracks

    def cycle(self, kind: Kind) -> None:
        info = self._player.snapshot().info
        if info is None:
            return
        usable = sum(track.usable for track in info.of_kind(kind))
        if usable == 0 or (usable == 1 and kind == "video"):
            self.message.emit(f"No {'other ' if usable else ''}{kind} track")
            return
        self._asked_for_track = True
        self._player.cycle(kind)

    def select(self, kind: Kind, number: int | None) -> None:
        self._asked_for_track = True
        self._player.select(kind, number)

    # -- the window

    def shown_mode(self, snapshot: Snapshot) -> ShowMode | None:
        """What is to be shown of the file; None for a moving picture."""
        tracks = snapshot.info.of_kind("video") if snapshot.info is not None else ()
        playing = next((track for track in tracks if track.number == snapshot.vid), None)
        if playing is not None and not playing.attached:
            return None
        return self.show_mode or ("waves" if playing is None else "cover")

    def cycle_show_mode(self) -> None:
        mode = self.shown_mode(self._player.snapshot())
        if mode is None:
            self.message.emit("This file has a picture of its own")
            return
        self.show_mode = SHOW_MODES[(SHOW_MODES.index(mode) + 1) % len(SHOW_MODES)]
        self.message.emit(f"Shows the {SHOW_NAMES[self.show_mode]}")
        self.show_mode_changed.emit()

    def toggle_statistics(self) -> None:
        self.statistics = not self.statistics
        self.statistics_toggled.emit(self.statistics)

    def figures(self) -> Figures | None:
        """What the statistics page shows; None when no file is open."""
        return self._player.figures()

    def toggle_full_screen(self) -> None:
        self.full_screen_requested.emit(not self.full_screen)

    def leave_full_screen_or_quit(self) -> None:
        if self.zoom.clear_selection() or self.detecting.manner.let_go():
            return
        if self.full_screen:
            self.full_screen_requested.emit(False)
        else:
            self.quit()

    def quit(self) -> None:
        if self.training.may_quit():
            self.quit_requested.emit(0)
