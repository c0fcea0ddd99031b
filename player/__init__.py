"""The engine of Overplay: ffplay's design in Python, without a window toolkit.

Threads and what they own:

| thread | owns | waits on | ends by |
|---|---|---|---|
| the owner's (a window's) | `Player`, the shown picture | a timer armed with `Refresh.wait_s` | `Player.close` |
| demux | the container; builds and ends a session | a low queue, a command, the read | stop, abort |
| decode-video, -audio, -subtitle | its codec, under `codec_lock` | `PacketQueue.get`, `FrameQueue.put` | abort |
| reader | a second container and codec, for pictures by number; the cache of them | its mailbox | close |
| analysis-0, -1 | one model each (`player.analysis`) | its mailbox | `Analysis.close`, when its run is over |
| audio | the sound device, the resampler; sole writer of the audio clock | new samples, its own deadline | stop |

Data goes one way: container -> `PacketQueue` -> decoder -> `FrameQueue` -> screen or device. Every
packet, picture and sample carries the serial of the last flush, so that what is older than a seek
is known as stale by comparing two integers. What goes up again is a wake-up without arguments.

The names below load on first use, so that `overplay --help` does not pay for FFmpeg.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.errors import OpenError, PlayerError
    from player.options import OpenOptions
    from player.player import Player
    from player.records import MediaInfo, Picture, Snapshot, State
    from player.sync.refresh import Refresh

__all__ = ["MediaInfo", "OpenError", "OpenOptions", "Picture", "Player", "PlayerError", "Refresh", "Snapshot", "State"]

_HOMES = {
    "MediaInfo": "player.records",
    "OpenError": "player.errors",
    "OpenOptions": "player.options",
    "Picture": "player.records",
    "Player": "player.player",
    "PlayerError": "player.errors",
    "Refresh": "player.sync.refresh",
    "Snapshot": "player.records",
    "State": "player.records",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'player' has no attribute {name!r}")
    return getattr(import_module(home), name)
