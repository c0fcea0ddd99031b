"""The scopes' place in the menus."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "scopes-panel", "S&copes", "View", ("Ctrl+E",), lambda c: c.dock_wanted.emit("scopes"), checkable=True,
    ),
)  # fmt: skip
