"""The panels that open beside the picture."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "frame-panel", "Frame &panel", "View", ("Ctrl+F",), lambda c: c.dock_wanted.emit("frame"), checkable=True,
        starts_group=True,
    ),
)  # fmt: skip
