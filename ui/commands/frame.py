"""The commands that go from picture to picture."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "step", "&Step one picture", "Frame", (".", "S"), lambda c: c.frames.step(1), needs_file=True, repeats=True,
    ),
    Command(
        "step-back", "Step one picture &back", "Frame", (",",), lambda c: c.frames.step(-1), needs_file=True,
        repeats=True,
    ),
    Command(
        "next-key", "&Next key picture", "Frame", ("Ctrl+Right",), lambda c: c.frames.step_key(1), needs_file=True,
        repeats=True, starts_group=True,
    ),
    Command(
        "previous-key", "&Previous key picture", "Frame", ("Ctrl+Left",), lambda c: c.frames.step_key(-1),
        needs_file=True, repeats=True,
    ),
    Command(
        "go-to", "&Go to…", "Frame", ("Ctrl+G", "F3"), lambda c: c.frames.ask(), needs_file=True, starts_group=True,
    ),
    Command(
        "jump-back", "&Jump back to where I was", "Frame", ("Shift+Backspace",), lambda c: c.frames.jump_back(),
        needs_file=True,
    ),
)  # fmt: skip
