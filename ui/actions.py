"""The one table of commands: what they are called, their keys, their place in the menus, and what they do.

Menus, keyboard, buttons' tooltips and the list of shortcuts are all made from it. Keys are mpv's; where ffplay has
another for the same thing it works too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from ui.controller import Controller

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Handler = Callable[[Controller], None]
ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
MENUS = ("File", "Playback", "Audio", "Video", "Subtitles", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can ask for."""

    name: str
    text: str
    menu: str
    """`Playback`, or `Playback/Speed` for a submenu."""
    keys: tuple[str, ...]
    """The first is the one that is shown."""
    do: Handler
    needs_file: bool = False
    repeats: bool = False
    """Whether holding the key asks again and again."""
    checkable: bool = False
    """Whether it is on or off; who does it keeps the mark in the menu true."""
    starts_group: bool = False
    """A line is drawn above it in its menu."""


COMMANDS: tuple[Command, ...] = (
    Command("open", "&Open…", "File", ("Ctrl+O", "O"), lambda c: c.open_requested.emit()),
    Command("close", "&Close", "File", ("Ctrl+W",), lambda c: c.close_file(), needs_file=True, starts_group=True),
    Command("quit", "&Quit", "File", ("Ctrl+Q", "Q"), lambda c: c.quit()),
    Command(
        "play-pause", "&Play / pause", "Playback",
        ("Space", "P", "Toggle Media Play/Pause", "Media Play", "Media Pause"),
        lambda c: c.play_pause(), needs_file=True,
    ),
    Command("step", "&Step one picture", "Playback", (".", "S"), lambda c: c.step(), needs_file=True, repeats=True),
    Command(
        "step-back", "Step one picture &back", "Playback", (",",), lambda c: c.step(-1), needs_file=True, repeats=True,
    ),
    Command(
        "forward", "5 s &forward", "Playback/Seek", ("Right",), lambda c: c.seek_by(5), needs_file=True, repeats=True,
    ),
    Command("back", "5 s &back", "Playback/Seek", ("Left",), lambda c: c.seek_by(-5), needs_file=True, repeats=True),
    Command(
        "forward-1", "1 s forward", "Playback/Seek", ("Shift+Right",), lambda c: c.seek_by(1), needs_file=True,
        repeats=True,
    ),
    Command(
        "back-1", "1 s back", "Playback/Seek", ("Shift+Left",), lambda c: c.seek_by(-1), needs_file=True, repeats=True,
    ),
    Command(
        "forward-60", "1 min forward", "Playback/Seek", ("Up",), lambda c: c.seek_by(60), needs_file=True, repeats=True,
    ),
    Command(
        "back-60", "1 min back", "Playback/Seek", ("Down",), lambda c: c.seek_by(-60), needs_file=True, repeats=True,
    ),
    Command(
        "next-chapter", "&Next chapter, or 10 min forward", "Playback/Seek", ("PgUp",), lambda c: c.chapter_by(1),
        needs_file=True, starts_group=True,
    ),
    Command(
        "previous-chapter", "&Previous chapter, or 10 min back", "Playback/Seek", ("PgDown",),
        lambda c: c.chapter_by(-1), needs_file=True,
    ),
    Command(
        "beginning", "To the be&ginning", "Playback/Seek", ("Home",), lambda c: c.seek_to(0.0), needs_file=True,
        starts_group=True,
    ),
    Command("end", "To the &end", "Playback/Seek", ("End",), lambda c: c.seek_end(), needs_file=True),
    Command("slower", "&Slower", "Playback/Speed", ("[",), lambda c: c.speed_times(1 / 1.1), repeats=True),
    Command("faster", "&Faster", "Playback/Speed", ("]",), lambda c: c.speed_times(1.1), repeats=True),
    Command("half-speed", "&Half speed", "Playback/Speed", ("{",), lambda c: c.speed_times(0.5)),
    Command("double-speed", "&Double speed", "Playback/Speed", ("}",), lambda c: c.speed_times(2.0)),
    Command(
        "normal-speed", "&Normal speed", "Playback/Speed", ("Backspace",), lambda c: c.reset_speed(),
        starts_group=True,
    ),
    Command(
        "previous-file", "P&revious file", "Playback", ("<", "Media Previous"), lambda c: c.playlist_by(-1),
        starts_group=True,
    ),
    Command("next-file", "Ne&xt file", "Playback", (">", "Media Next"), lambda c: c.playlist_by(1)),
    Command(
        "cycle-audio", "&Next track", "Audio", ("A", "#"), lambda c: c.cycle("audio"), needs_file=True,
    ),
    Command(
        "louder", "&Louder", "Audio", ("0", "*"), lambda c: c.volume_by(2), repeats=True, starts_group=True,
    ),
    Command("quieter", "&Quieter", "Audio", ("9", "/"), lambda c: c.volume_by(-2), repeats=True),
    Command("mute", "&Mute", "Audio", ("M",), lambda c: c.toggle_mute()),
    Command(
        "sound-later", "100 ms l&ater", "Audio", ("Ctrl++", "Ctrl+="), lambda c: c.sound.delay_by(0.1), repeats=True,
        starts_group=True,
    ),
    Command(
        "sound-earlier", "100 ms &earlier", "Audio", ("Ctrl+-",), lambda c: c.sound.delay_by(-0.1), repeats=True,
    ),
    Command(
        "show-mode", "&Cover, waveform or spectrum", "Video", ("W",), lambda c: c.cycle_show_mode(), needs_file=True,
    ),
    Command("cycle-video", "&Next track", "Video", ("V", "_"), lambda c: c.cycle("video"), needs_file=True),
    Command(
        "size-50", "&Half size", "Video", ("Alt+0",), lambda c: c.scale_requested.emit(0.5), needs_file=True,
        starts_group=True,
    ),
    Command("size-100", "&Original size", "Video", ("Alt+1",), lambda c: c.scale_requested.emit(1.0), needs_file=True),
    Command("size-200", "&Double size", "Video", ("Alt+2",), lambda c: c.scale_requested.emit(2.0), needs_file=True),
    Command(
        "full-screen", "&Full screen", "Video", ("F", "F11"), lambda c: c.toggle_full_screen(), starts_group=True,
    ),
    Command(
        "statistics", "&Statistics", "Video", ("I",), lambda c: c.toggle_statistics(), needs_file=True, checkable=True,
    ),
    Command("leave", "&Leave full screen or quit", "Video", ("Esc",), lambda c: c.leave_full_screen_or_quit()),
    Command("cycle-subtitles", "&Next track", "Subtitles", ("T", "J"), lambda c: c.cycle("subtitle"), needs_file=True),
    Command("shortcuts", "&Keyboard shortcuts", "Help", ("F1", "?"), lambda c: c.shortcuts_requested.emit()),
    Command("about", "&About Overplay", "Help", ("Shift+F1",), lambda c: c.about_requested.emit()),
)  # fmt: skip


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
