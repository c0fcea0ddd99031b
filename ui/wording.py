"""How files and tracks are called in the window. Every string here is plain text and safe to show."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from player.errors import plain

if TYPE_CHECKING:
    from player.records import MediaInfo, Track


def file_name(path: str) -> str:
    """The last part of a path, on one line."""
    return plain(os.path.basename(path.rstrip("/")) or path)


def track_name(track: Track) -> str:
    """`2  Commentary, en, aac 48 kHz stereo`: what tells one track from another, best known first."""
    parts = [plain(part) for part in (track.title, track.language or "", f"{track.codec} {track.details}".strip())]
    return f"{track.number}  " + ", ".join(part for part in parts if part)


def media_title(info: MediaInfo) -> str:
    """The title the file gives itself, else its name."""
    return plain(info.title) or file_name(info.path)
