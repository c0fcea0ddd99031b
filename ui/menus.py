"""The menu bar: the fixed part from the table of commands, and the parts that change with the file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from player.errors import plain
from player.records import Kind, Snapshot
from ui.actions import COMMANDS, MENUS
from ui.theme import APPEARANCES, Appearance
from ui.wording import file_name, track_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ui.commands.command import Command

OTHER_LETTERS = {"Frame": "F&rame", "Analysis": "A&nalysis", "View": "Vie&w"}
"""Where another menu of the bar has the first letter."""
TRACK_MENUS: dict[Kind, str] = {"audio": "Audio", "video": "Video", "subtitle": "Subtitles"}


def literal(text: str) -> str:
    """`text` for a menu entry, in which a single & would mark a letter."""
    return text.replace("&", "&&")


GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "File": (("open", "raw-format", "as-sequence"), ("close", "quit")),
    "View": (
        ("size-50", "size-100", "size-200", "full-screen", "leave"),
        (
            "View/Zoom",
            "View/Channel",
            "View/Fields",
            "View/Colour",
            "View/Comparison",
            "false-color",
            "zebra",
            "plain-look",
        ),
        (
            "frame-panel",
            "inspector-panel",
            "scopes-panel",
            "compare-panel",
            "detections-panel",
            "bookmarks-panel",
            "statistics",
        ),
    ),
    "Analysis": (
        ("model-file",),
        ("detections", "detect-sync", "detect-old", "detect-heat"),
        ("detect-region", "detect-tiles"),
        ("training-panel",),
    ),
}
"""The order in the menus to which many parts add: commands and submenus, with a line between two groups."""


def in_order(commands: Iterable[Command]) -> list[Command]:
    """As they come, but in the menus of GROUPS by those."""
    places = {(menu, name): at for menu, groups in GROUPS.items() for at, name in enumerate(chain(*groups))}

    def place(command: Command) -> int:
        top = command.menu.partition("/")[0]
        return places.get((top, command.name), places.get((top, command.menu), 0))

    return sorted(commands, key=place)


class Menus:
    """The menus by name, and their changing parts. Owned by the main window."""

    def __init__(self, bar: QMenuBar, actions: dict[str, QAction]) -> None:
        self._menus: dict[str, QMenu] = {}
        for name in MENUS:
            self._menus[name] = bar.addMenu(OTHER_LETTERS.get(name, f"&{name}"))
        for command in in_order(COMMANDS):
            menu = self._menu(command.menu)
            if command.starts_group and command.menu not in GROUPS:
                menu.addSeparator()
            menu.addAction(actions[command.name])
        for name, groups in GROUPS.items():
            for group in groups[1:]:
                first = self._menus[group[0]].menuAction() if group[0] in self._menus else actions[group[0]]
                self._menus[name].insertSeparator(first)
        self.recent = QMenu("Open &recent", bar)
        self._menus["File"].insertMenu(actions["raw-format"], self.recent)
        self.tracks: dict[Kind, QMenu] = {}
        for kind, name in TRACK_MENUS.items():
            self.tracks[kind] = QMenu("&Track", bar)
            first = self._menus[name].actions()[0]
            self._menus[name].insertMenu(first, self.tracks[kind])
        self.devices = QMenu("&Device", bar)
        self._menus["Audio"].insertMenu(actions["cycle-audio"], self.devices)
        self.colour = self._menus["View/Colour"]
        self.analysis = self._menus["Analysis"]
        self.models = (QMenu("&Model", bar), QMenu("S&econd model", bar))
        for models in self.models:
            self.analysis.insertMenu(actions["model-file"], models)
        self.appearance = QMenu("&Appearance", bar)
        self._menus["View"].addSeparator()
        self._menus["View"].addMenu(self.appearance)
        self._track_state: object = None
        self.show_recent((), lambda _path: None)
        self.show_tracks(Snapshot(), lambda _kind, _number: None)

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            parent, _, name = path.partition("/")
            self._menus[path] = self._menus[parent].addMenu(f"&{name}")
        return self._menus[path]

    def context_menu(self, parent: QWidget, actions: dict[str, QAction]) -> QMenu:
        """The menu of the right button: the commonest commands, and the other menus inside."""
        menu = QMenu(parent)
        menu.addAction(actions["play-pause"])
        menu.addAction(actions["step"])
        menu.addSeparator()
        for name in ("Playback", "Frame", "Audio", "Video", "Subtitles", "Analysis", "View"):
            menu.addMenu(self._menus[name])
        menu.addSeparator()
        menu.addAction(actions["full-screen"])
        menu.addAction(actions["open"])
        menu.addMenu(self.recent)
        menu.addMenu(self._menus["Help"])
        menu.addSeparator()
        menu.addAction(actions["quit"])
        return menu

    def show_recent(self, paths: Sequence[str], open_path: Callable[[str], None]) -> None:
        self.recent.clear()
        for path in paths:
            action = self.recent.addAction(literal(file_name(path)))
            action.triggered.connect(lambda _on=False, path=path: open_path(path))
        self.recent.setEnabled(bool(paths))

    def show_tracks(self, snapshot: Snapshot, select: Callable[[Kind, int | None], None]) -> None:
        """List the file's tracks with the playing ones marked. Does nothing while they stay the same."""
        tracks = snapshot.info.tracks if snapshot.info is not None else ()
        playing: dict[Kind, int | None] = {"audio": snapshot.aid, "video": snapshot.vid, "subtitle": snapshot.sid}
        state = (tracks, playing)
        if state == self._track_state:
            return
        self._track_state = state
        for kind, menu in self.tracks.items():
            menu.clear()
            group = QActionGroup(menu)
            choices: list[tuple[str, int | None, bool]] = [
                (track_name(track), track.number, track.usable) for track in tracks if track.kind == kind
            ]
            menu.setEnabled(bool(choices))
            for text, number, usable in (*choices, ("Off", None, True)):
                action = menu.addAction(literal(text))
                action.setCheckable(True)
                action.setChecked(number == playing[kind])
                action.setEnabled(usable)
                action.triggered.connect(lambda _on=False, kind=kind, number=number: select(kind, number))
                group.addAction(action)

    def show_devices(self, names: Sequence[str] | None, chosen: str, choose: Callable[[str], None]) -> None:
        """List what sound can be played on; None while that is not known."""
        self.devices.clear()
        group = QActionGroup(self.devices)
        known = [] if names is None else list(dict.fromkeys(names))
        gone = [chosen] if chosen and chosen not in known and names is not None else []
        for name in ("", *known, *gone):
            text = literal(plain(name)) + (" (not there)" if name in gone else "") if name else "&As the system"
            action = self.devices.addAction(text)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _on=False, name=name: choose(name))
            group.addAction(action)
        if names is None:
            self.devices.addAction("Looking…").setEnabled(False)

    def show_appearance(self, current: Appearance, choose: Callable[[Appearance], None]) -> None:
        self.appearance.clear()
        group = QActionGroup(self.appearance)
        for appearance in APPEARANCES:
            action = self.appearance.addAction("As the system" if appearance == "system" else appearance.capitalize())
            action.setCheckable(True)
            action.setChecked(appearance == current)
            action.triggered.connect(lambda _on=False, appearance=appearance: choose(appearance))
            group.addAction(action)
