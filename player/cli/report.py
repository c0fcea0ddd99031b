"""The playback report as a file (`--stats`)."""

from __future__ import annotations

import json

from player.errors import UsageError
from player.whole_file import write_whole


def write_report(path: str, report: dict[str, object]) -> None:
    """As JSON, in place of what was there. Raises UsageError."""
    text = json.dumps(report, indent=2, allow_nan=False)
    try:
        write_whole(path, text.encode() + b"\n")
    except OSError as error:
        raise UsageError(f"Cannot write the report to {path}: {error.strerror}.") from error
