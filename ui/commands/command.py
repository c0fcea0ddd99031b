"""One row of the table of commands (`ui.actions`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from ui.controller import Controller

Handler = Callable[["Controller"], None]


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
