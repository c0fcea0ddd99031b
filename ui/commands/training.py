"""Training's place in the menus."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "training-panel", "&Train…", "Analysis", ("Ctrl+Shift+T",), lambda c: c.dock_wanted.emit("training"),
        checkable=True,
    ),
)  # fmt: skip
