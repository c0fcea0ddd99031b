"""Commands for what is played again."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "loop-section", "&Loop from here, to here, off", "Playback", ("L",), lambda c: c.loops.next_point(),
        needs_file=True, checkable=True, starts_group=True,
    ),
    Command("loop-file", "Repeat the &file", "Playback", ("Shift+L",), lambda c: c.loops.toggle_file(), checkable=True),
    Command(
        "loop-playlist", "Repeat the pla&ylist", "Playback", ("Ctrl+L",), lambda c: c.loops.toggle_playlist(),
        checkable=True,
    ),
)  # fmt: skip
