"""What a request can be answered with besides `success`: mpv's own sentences, which its clients compare."""

from __future__ import annotations

INVALID_PARAMETER = "invalid parameter"
NOT_FOUND = "property not found"
UNAVAILABLE = "property unavailable"
BAD_FORMAT = "unsupported format for accessing property"
NO_ACCESS = "error accessing property"
FAILED = "error running command"


class IpcError(Exception):
    """A request that fails; `str()` is the reply's `error`."""
