"""The commands that go from picture to picture."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command("step", "&Step one picture", "Frame", (".", "S"), lambda c: c.step(), needs_file=True, repeats=True),
    Command(
        "step-back", "Step one picture &back", "Frame", (",",), lambda c: c.step(-1), needs_file=True, repeats=True,
    ),
)  # fmt: skip
