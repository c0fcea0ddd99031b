"""Commands for what is kept of a film, and for what does not say what it is."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "raw-format", "&Raw format…", "File", ("Ctrl+R",), lambda c: c.inputs.ask(c.playlist_path()), starts_group=True,
    ),
    Command(
        "as-sequence", "Open as &image sequence", "File", ("Ctrl+Shift+O",),
        lambda c: c.inputs.as_sequence(c.playlist_path()), needs_file=True,
    ),
    Command(
        "save-picture", "Sa&ve picture…", "Frame", ("Ctrl+S",), lambda c: c.stills.ask(), needs_file=True,
        starts_group=True,
    ),
    Command("quick-still", "Save picture at &once", "Frame", ("Shift+S",), lambda c: c.stills.quick(), needs_file=True),
)  # fmt: skip
