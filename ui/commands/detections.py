"""The commands for models and for what they see."""

from __future__ import annotations

from ui.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    Command("detections", "&Detections", "Analysis", ("D",), lambda c: c.detecting.toggle(), checkable=True),
    Command(
        "detect-sync", "Pictures &wait for their boxes", "Analysis", ("Shift+O",),
        lambda c: c.detecting.manner.toggle_policy(), checkable=True,
    ),
    Command(
        "detect-region", "Look at a &region…", "Analysis", ("Shift+R",), lambda c: c.detecting.manner.draw_region(),
        needs_file=True,
    ),
    Command(
        "detect-tiles", "&Large pictures in pieces", "Analysis", ("Shift+T",),
        lambda c: c.detecting.manner.toggle_tiles(), checkable=True,
    ),
    Command(
        "detect-old", "&Boxes of earlier pictures", "Analysis", ("Shift+A",),
        lambda c: c.detecting.manner.toggle_stale(), checkable=True,
    ),
    Command(
        "detect-heat", "&Heat map of the class", "Analysis", ("Shift+D",), lambda c: c.detecting.heat.toggle(),
        checkable=True,
    ),
    Command("model-file", "&Open model file…", "Analysis", ("Ctrl+M",), lambda c: c.detecting.ask_for_file()),
    Command(
        "detections-panel", "D&etections", "View", ("Ctrl+D",), lambda c: c.dock_wanted.emit("detections"),
        checkable=True,
    ),
)  # fmt: skip
