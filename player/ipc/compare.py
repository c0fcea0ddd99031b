"""Comparing over the IPC: one property for what is held against what, and how far the two are apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from player.ipc.errors import FAILED, INVALID_PARAMETER, IpcError
from player.ipc.host import Topic
from player.ipc.look import Changes
from player.ipc.messages import check_path
from player.ipc.properties import Property

if TYPE_CHECKING:
    from player.ipc.host import Host

NUMBERS: dict[str, tuple[float, float]] = {
    "split": (0.0, 1.0), "gain": (1.0, 64.0), "rate": (0.5, 20.0), "offset_s": (-1e6, 1e6),
}  # fmt: skip
CHOICES = {
    "against": ("off", "previous", "pinned", "file", "time"),
    "mode": ("split", "difference", "flicker"),
}
MOST_PICTURES = 1_000_000


class Comparing(Protocol):
    """What the window can do of this."""

    def state(self) -> dict[str, object]:
        """As `ui.compare.facts.state_json` writes it; figures that are not known yet follow as a change."""

    def change(self, changes: dict[str, Any]) -> None:
        """Checked changes: of a state, `file` with `against` "file"."""

    def pin(self) -> None: ...


def properties() -> dict[str, Property]:
    """Setting changes the values that are given and leaves the others; a `file` is compared with at once."""
    return {
        "overplay/compare": Property(lambda host: host.comparing.state(), Changes(), _change, Topic.PICTURE),
    }  # fmt: skip


def pin(host: Host) -> None:
    """Holds all pictures against the one on screen."""
    if host.picture is None:
        raise IpcError(FAILED)
    host.comparing.pin()


def _change(host: Host, changes: dict[str, object]) -> None:
    host.comparing.change(checked(changes))


def checked(changes: dict[str, object]) -> dict[str, Any]:
    """Raises IpcError for what there is not, or cannot be."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name in NUMBERS:
            least, most = NUMBERS[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise IpcError(INVALID_PARAMETER)
            if not least <= value <= most:
                raise IpcError(INVALID_PARAMETER)
            found[name] = float(value)
        elif name in CHOICES:
            if value not in CHOICES[name]:
                raise IpcError(INVALID_PARAMETER)
            found[name] = value
        elif name == "offset_frames":
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_PICTURES:
                raise IpcError(INVALID_PARAMETER)
            found[name] = value
        elif name == "file" and isinstance(value, str) and value:
            found[name] = check_path(value)
        else:
            raise IpcError(INVALID_PARAMETER)
    if found.get("against", "file") != "file" and "file" in found:
        raise IpcError(INVALID_PARAMETER)
    return found
