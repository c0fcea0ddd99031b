"""Which sound output is asked for."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.sink import SinkFactory


def choose_sinks(now: Callable[[], float], *, silent: bool, untimed: bool) -> SinkFactory:
    """What opens the sound output: SDL, or silence. Without a device SDL's is silent too, until there is one."""
    if silent or untimed:
        from player.audio.null_sink import NullSinks

        return NullSinks(now, untimed=untimed).open
    from player.audio.sdl_sink import open_sdl

    return open_sdl
