"""Bookmarks at pictures."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "bookmark", "Book&mark here, or not", "Frame", ("B",), lambda c: c.bookmarks.toggle(), needs_file=True,
        starts_group=True,
    ),
    Command(
        "bookmark-next", "Next bookmark", "Frame", ("N",), lambda c: c.bookmarks.go_by(1), needs_file=True,
        repeats=True,
    ),
    Command(
        "bookmark-previous", "Previous bookmark", "Frame", ("Shift+N",), lambda c: c.bookmarks.go_by(-1),
        needs_file=True, repeats=True,
    ),
    Command(
        "bookmarks-panel", "Boo&kmarks", "View", ("Ctrl+B",), lambda c: c.dock_wanted.emit("bookmarks"),
        checkable=True,
    ),
)  # fmt: skip
