"""The commands for holding pictures against others."""

from __future__ import annotations

from ui.commands.command import Command
from ui.compare.compare import SPLIT_STEP

COMMANDS: tuple[Command, ...] = (
    Command(
        "compare-panel", "Co&mpare", "View", ("Ctrl+K",), lambda c: c.dock_wanted.emit("compare"), checkable=True
    ),
    Command(
        "compare", "&Compare", "View/Comparison", ("K",), lambda c: c.compare.choose_again(), needs_file=True,
        checkable=True,
    ),
    Command(
        "compare-how", "&Split, difference, flicker", "View/Comparison", ("Shift+K",),
        lambda c: c.compare.next_how(), needs_file=True,
    ),
    Command("pin-picture", "&Pin this picture", "View/Comparison", ("Shift+P",), lambda c: c.compare.pin(),
            needs_file=True),
    Command("compare-file", "Compare with &file…", "View/Comparison", ("Ctrl+Shift+K",),
            lambda c: c.compare.file_wanted.emit(), needs_file=True),
    Command(
        "split-left", "Split further &left", "View/Comparison", ("Ctrl+Alt+Left",),
        lambda c: c.compare.split_by(-SPLIT_STEP), needs_file=True, repeats=True, starts_group=True,
    ),
    Command(
        "split-right", "Split further &right", "View/Comparison", ("Ctrl+Alt+Right",),
        lambda c: c.compare.split_by(SPLIT_STEP), needs_file=True, repeats=True,
    ),
    Command(
        "gain-up", "Larger &gain", "View/Comparison", ("Ctrl+Alt+Up",), lambda c: c.compare.gain_times(2**0.5),
        needs_file=True, repeats=True,
    ),
    Command(
        "gain-down", "S&maller gain", "View/Comparison", ("Ctrl+Alt+Down",),
        lambda c: c.compare.gain_times(2**-0.5), needs_file=True, repeats=True,
    ),
    Command(
        "compare-earlier", "B one picture &earlier", "View/Comparison", ("Ctrl+Alt+,",),
        lambda c: c.compare.offset_by(-1), needs_file=True, repeats=True,
    ),
    Command(
        "compare-later", "B one picture la&ter", "View/Comparison", ("Ctrl+Alt+.",),
        lambda c: c.compare.offset_by(1), needs_file=True, repeats=True,
    ),
)  # fmt: skip
