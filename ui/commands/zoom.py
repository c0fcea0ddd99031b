"""The commands that look closely at a picture."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "zoom-in", "Zoom &in", "View/Zoom", ("Alt++", "Alt+="), lambda c: c.zoom.step(1), needs_file=True, repeats=True,
    ),
    Command(
        "zoom-out", "Zoom &out", "View/Zoom", ("Alt+-",), lambda c: c.zoom.step(-1), needs_file=True, repeats=True,
    ),
    Command("zoom-fit", "&Whole picture", "View/Zoom", ("Alt+Backspace",), lambda c: c.zoom.fit(), needs_file=True),
    Command("zoom-1", "One to o&ne", "View/Zoom", ("Z",), lambda c: c.zoom.toggle_one_to_one(), needs_file=True),
    Command(
        "pan-left", "Look further &left", "View/Zoom", ("Alt+Left",), lambda c: c.zoom.pan_step(-1, 0),
        needs_file=True, repeats=True, starts_group=True,
    ),
    Command(
        "pan-right", "Look further &right", "View/Zoom", ("Alt+Right",), lambda c: c.zoom.pan_step(1, 0),
        needs_file=True, repeats=True,
    ),
    Command(
        "pan-up", "Look further &up", "View/Zoom", ("Alt+Up",), lambda c: c.zoom.pan_step(0, -1), needs_file=True,
        repeats=True,
    ),
    Command(
        "pan-down", "Look further &down", "View/Zoom", ("Alt+Down",), lambda c: c.zoom.pan_step(0, 1), needs_file=True,
        repeats=True,
    ),
    Command(
        "hexadecimal", "Code values in &hexadecimal", "View/Zoom", ("Alt+X",), lambda c: c.zoom.toggle_hexadecimal(),
        checkable=True, starts_group=True,
    ),
    Command(
        "inspector-panel", "&Inspector", "View", ("Ctrl+I",), lambda c: c.dock_wanted.emit("inspector"), checkable=True,
    ),
)  # fmt: skip
