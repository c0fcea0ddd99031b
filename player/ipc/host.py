"""What the IPC needs of the program that it drives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Flag, auto
from typing import TYPE_CHECKING, Literal, Protocol

from player.options import Input
from player.quick_dataclass import dataclass
from player.records import Kind, Picture, Snapshot

if TYPE_CHECKING:
    from player.ipc.compare import Comparing
    from player.ipc.detections import Detection
    from player.ipc.inspection import Inspection
    from player.ipc.training import TrainingState
    from player.media.frame_index import FrameIndex

LoadFlag = Literal[
    "replace", "append", "append-play", "insert-next", "insert-next-play", "insert-at", "insert-at-play",
]  # fmt: skip


ShotKind = Literal["picture", "displayed", "window", "shown"]
"""The picture itself, as it is looked at, the window; `shown` is the first of these while nothing changes its looks."""


class Topic(Flag):
    """What a property may change with."""

    STATE = auto()
    """Commands, wake-ups of the player, the playlist, the window."""
    PICTURE = auto()
    """Every shown picture, and the state."""
    REPORT = auto()
    """Now and then."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the playlist. `number` is its own for the life of the program, from 1."""

    number: int
    path: str


class Deferred:
    """The answer to a command that is not known yet; `settle` gives it, at most once."""

    def __init__(self) -> None:
        self._then: Callable[[object], None] | None = None
        self._settled: list[object] = []

    def settle(self, answer: object) -> None:
        """`answer` is the reply's data, or an IpcError."""
        self._settled.append(answer)
        self._tell()

    def then(self, act: Callable[[object], None]) -> None:
        self._then = act
        self._tell()

    def _tell(self) -> None:
        if self._then is not None and self._settled:
            self._then(self._settled[0])


class Host(Protocol):
    """The running player as the IPC sees it. Every call returns at once; what cannot be done raises IpcError."""

    @property
    def picture(self) -> Picture | None:
        """The picture on screen: painted, not merely due."""

    def snapshot(self) -> Snapshot: ...
    def position_s(self) -> float | None:
        """Of the picture on screen, or of the sound where there is no moving picture, from the container's start."""

    def report(self) -> dict[str, object]: ...
    @property
    def index(self) -> FrameIndex | None:
        """What is known of the pictures of the track on screen."""

    def frame_facts(self) -> dict[str, object]:
        """Of the picture on screen (player.media.frame_facts); what the file has to be asked for may come later."""

    @property
    def inspection(self) -> Inspection: ...
    @property
    def comparing(self) -> Comparing: ...
    @property
    def detection(self) -> Detection: ...
    @property
    def training(self) -> TrainingState: ...

    def look(self) -> dict[str, object]:
        """How pictures are looked at, as `player.media.look.look_to_json` writes it."""

    def set_look(self, changes: dict[str, object]) -> None:
        """Some of its values. Raises IpcError for what there is not."""

    def scopes(self) -> Deferred:
        """Histograms of the picture on screen (player.scopes.statistics); raises IpcError without a picture."""

    def bookmarks(self) -> list[dict[str, object]]: ...
    def add_bookmark(self, note: str) -> None:
        """At the picture on screen; one that is there gets the note."""

    def remove_bookmark(self, place: int | None) -> None:
        """None: the one at the picture on screen."""

    def go_to_bookmark(self, by: int, place: int | None) -> None:
        """To the one at `place`, without that to the next (1) or the one before (-1)."""

    def export_bookmarks(self, path: str) -> Deferred: ...
    def import_bookmarks(self, path: str) -> Deferred: ...
    def now_us(self) -> int: ...
    def version(self) -> str: ...

    def set_paused(self, paused: bool) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def set_volume(self, volume: float) -> None: ...
    def set_muted(self, muted: bool) -> None: ...

    @property
    def audio_delay_s(self) -> float: ...
    def set_audio_delay(self, delay_s: float) -> None: ...

    @property
    def full_screen(self) -> bool: ...
    def set_full_screen(self, full: bool) -> None: ...

    def seek(self, position_s: float, *, exact: bool) -> None: ...
    def seek_by(self, delta_s: float, *, exact: bool) -> None: ...
    def revert_seek(self, *, mark: bool) -> None:
        """Back to where the last seek left; `mark` notes this place to come back to instead."""

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        """The points between which is played again and again; `Snapshot.section` tells them."""

    @property
    def file_rounds(self) -> int | None:
        """How often the file is played again after this time; None is for ever."""

    def set_file_rounds(self, rounds: int | None) -> None: ...
    @property
    def playlist_rounds(self) -> int | None: ...
    def set_playlist_rounds(self, rounds: int | None) -> None: ...

    def step(self, count: int = 1) -> None:
        """So many pictures on, or back when negative; pauses first."""

    def run(self, direction: int) -> None:
        """Picture after picture, 1 forward, -1 in reverse, until 0 stops it."""

    def step_key(self, direction: int) -> None: ...
    def go_to_frame(self, ordinal: int) -> None: ...
    def go_to_pts(self, pts: int) -> None: ...

    def select(self, kind: Kind, number: int | None) -> None: ...

    def add_subtitles(self, path: str, *, select: bool, title: str, language: str | None) -> Deferred: ...
    def set_subtitle_delay(self, delay_s: float) -> None: ...
    @property
    def subtitles_visible(self) -> bool: ...
    def set_subtitles_visible(self, visible: bool) -> None: ...

    def entries(self) -> Sequence[Entry]: ...
    @property
    def place(self) -> int | None:
        """The current file's place among `entries`; None when none is open or being opened."""

    def load(self, path: str, flag: LoadFlag, index: int, given: Input | None = None) -> Deferred:
        """Answers with the entry's number. `path` may be a folder or a playlist, which stands for its files.

        `given` is how to read the file, where that was said.
        """

    def save_picture(
        self, path: str | None, kind: ShotKind, *, side_file: bool, replace: bool, ordinal: int | None = None
    ) -> Deferred:
        """Saves what is on screen (or the picture of that ordinal) as PNG. Answers once it is written.

        Without a path it gets a free name.
        """

    @property
    def still_folder(self) -> str: ...
    def set_still_folder(self, path: str) -> None: ...

    def play_entry(self, place: int) -> None: ...
    def play_neighbour(self, by: int, *, force: bool) -> None: ...
    def remove_entry(self, place: int | None) -> None: ...
    def clear_entries(self) -> None: ...
    def stop(self) -> None: ...
    def quit(self, code: int) -> None: ...

    def show_text(self, text: str) -> None: ...
    def broadcast(self, event: dict[str, object]) -> None: ...
