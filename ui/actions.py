"""The one table of commands: what they are called, their keys, their place in the menus, and what they do.

Menus, keyboard, buttons' tooltips and the list of shortcuts are all made from it. Keys are mpv's; where ffplay has
another for the same thing it works too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from ui.commands import (
    basic,
    bookmarks,
    compare,
    detections,
    frame,
    look,
    loops,
    panels,
    scopes,
    stills,
    subtitles,
    training,
    zoom,
)
from ui.commands.command import Command, Handler

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.controller import Controller

ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
MENUS = ("File", "Playback", "Frame", "Audio", "Video", "Subtitles", "Analysis", "View", "Help")
COMMANDS: tuple[Command, ...] = (
    *basic.COMMANDS,
    *subtitles.COMMANDS,
    *loops.COMMANDS,
    *frame.COMMANDS,
    *bookmarks.COMMANDS,
    *panels.COMMANDS,
    *scopes.COMMANDS,
    *compare.COMMANDS,
    *stills.COMMANDS,
    *zoom.COMMANDS,
    *look.COMMANDS,
    *detections.COMMANDS,
    *training.COMMANDS,
)


def plain_text(command: Command) -> str:
    """The command's name without the mark of its menu letter."""
    return command.text.replace("&", "")


def key_text(key: str) -> str:
    """A key as it is written for people on this system."""
    text = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    modifiers, plus, last = text.rpartition("+")
    return modifiers + plus + ARROWS.get(last, last) if last else text


def tooltip(command: Command) -> str:
    """`Full screen (F)`."""
    return f"{plain_text(command).rstrip('…')} ({key_text(command.keys[0])})"


def make_actions(controller: Controller, owner: QWidget) -> dict[str, QAction]:
    """An action for every command, by name. They belong to `owner`: their keys work with the menu bar hidden."""
    actions: dict[str, QAction] = {}
    for command in COMMANDS:
        action = QAction(command.text, owner)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeats)
        action.setCheckable(command.checkable)
        action.setToolTip(tooltip(command))
        # A QAction's own "Quit" or "About" would wander into another menu on macOS by its text; the table decides.
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(_caller(command.do, controller))
        owner.addAction(action)
        actions[command.name] = action
    return actions


def _caller(do: Handler, controller: Controller) -> Callable[[], None]:
    def call() -> None:
        do(controller)

    return call


def enable_for_file(actions: dict[str, QAction], is_open: bool) -> None:
    """Grey out what needs a file while none is open."""
    for command in COMMANDS:
        if command.needs_file:
            actions[command.name].setEnabled(is_open)


def in_menu(menu: str) -> Iterable[Command]:
    """The commands of a menu and its submenus, in the table's order."""
    return (command for command in COMMANDS if command.menu.partition("/")[0] == menu)
