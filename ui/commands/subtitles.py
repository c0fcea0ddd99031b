"""The commands for words over the picture."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "show-subtitles", "&Show subtitles", "Subtitles", ("Ctrl+T",), lambda c: c.captions.toggle(), checkable=True,
    ),
)  # fmt: skip
