"""The `seek` command: its flags, and what they make of a target."""

from __future__ import annotations

from player.ipc.errors import FAILED, INVALID_PARAMETER, IpcError
from player.ipc.host import Host
from player.ipc.table import opened

_KINDS = ("relative", "absolute", "absolute-percent", "relative-percent")
_PRECISIONS = ("exact", "keyframes")
SEEK_FLAGS = (*_KINDS, *_PRECISIONS)
SEEK_PRECISION = ("unused", "default-precise", "keyframes", "exact")
"""The third argument of old: precision for itself."""
REVERT_FLAGS = ("mark", "mark-permanent")


def seek(host: Host, target: float, flags: frozenset[str], legacy: str) -> None:
    """`target` in seconds or per cent. Exact unless key frames are asked for; relative unless otherwise said.

    An absolute target below zero counts from the end. Raises IpcError when nothing is open, or it cannot be sought.
    """
    kinds = [flag for flag in flags if flag in _KINDS]
    precisions = {flag for flag in flags if flag in _PRECISIONS} | ({legacy} & set(_PRECISIONS))
    if len(kinds) > 1 or len(precisions) > 1:
        raise IpcError(INVALID_PARAMETER)
    try:
        snapshot = opened(host)
    except IpcError:
        raise IpcError(FAILED) from None
    exact = "keyframes" not in precisions
    kind = kinds[0] if kinds else "relative"
    length_s = snapshot.duration_s
    if (kind.endswith("percent") or (kind == "absolute" and target < 0)) and length_s is None:
        raise IpcError(FAILED)
    if kind.endswith("percent"):
        assert length_s is not None
        target = target / 100.0 * length_s
    if kind.startswith("relative"):
        host.seek_by(target, exact=exact)
    else:
        host.seek(max(0.0, target if target >= 0 else target + (length_s or 0.0)), exact=exact)
