"""The commands for looking at pictures otherwise than plainly.

Channels have Ctrl with a digit: with Shift the digits are mpv's # and * on many keyboards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.media.look import CHANNELS
from ui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.media.look import Channel
    from ui.controller import Controller

_TEXTS = ("&All", "&Luma Y′", "C&b", "C&r", "R&ed", "&Green", "Bl&ue", "Al&pha")


def _shows(channel: Channel) -> Callable[[Controller], None]:
    return lambda c: c.looks.show_channel(channel)


COMMANDS: tuple[Command, ...] = (
    *(
        Command(
            f"channel-{channel}", text, "View/Channel", (f"Ctrl+{number}",), _shows(channel),
            needs_file=True, checkable=True,
        )
        for number, (channel, text) in enumerate(zip(CHANNELS, _TEXTS, strict=True), start=1)
    ),
    Command(
        "false-color", "False colo&urs", "View", ("Shift+F",), lambda c: c.looks.toggle_false_color(),
        needs_file=True, checkable=True,
    ),
    Command(
        "zebra", "&Zebra", "View", ("Shift+Z",), lambda c: c.looks.toggle_zebra(), needs_file=True, checkable=True,
    ),
    Command(
        "field", "&Single fields", "View/Fields", ("Shift+I",), lambda c: c.looks.next_field_view(),
        needs_file=True, checkable=True,
    ),
    Command(
        "next-field", "&Next field", "View/Fields", ("Alt+.",), lambda c: c.looks.step_field(1), needs_file=True,
        repeats=True,
    ),
    Command(
        "previous-field", "&Previous field", "View/Fields", ("Alt+,",), lambda c: c.looks.step_field(-1),
        needs_file=True, repeats=True,
    ),
    Command(
        "tone-map", "&Tone-map HDR to SDR", "View/Colour", ("Shift+H",), lambda c: c.looks.toggle_tone_map(),
        needs_file=True, checkable=True,
    ),
    Command(
        "plain-look", "Pic&ture as it is", "View", ("Ctrl+0",), lambda c: c.looks.reset(), needs_file=True,
    ),
)  # fmt: skip
