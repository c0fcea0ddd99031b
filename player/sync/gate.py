"""Pictures that are held back until something is known of them: when to wait for one, and when it is too late."""

from __future__ import annotations

from typing import Protocol

from player.records import Picture
from player.sync.target_delay import NO_SYNC

LOOK_AGAIN_S = 0.5
"""A picture that is held back is asked about so often, whether or not a wake-up says that it is ready."""
STARVED_S = 0.25
"""After so long without another picture the next one is waited for, however late it is."""


class Gate(Protocol):
    """Holds back pictures that something is to be known of first. Nothing here waits."""

    def is_ready(self, picture: Picture) -> bool: ...

    def wait_for(self, picture: Picture) -> None:
        """It is due and not ready: look at it next. A wake-up tells when it is."""


def is_overtaken(held: Picture, following: Picture | None, master_s: float | None, *, more: bool) -> bool:
    """Whether the picture after `held` is due, too, so that `held` is not worth waiting for any more.

    `more`: where that one is not decoded yet, it is on its way.
    """
    if master_s is None or held.time_s is None or (following is None and not more):
        return False
    next_s = held.time_s + held.duration_s if following is None else following.time_s
    return next_s is not None and held.time_s < next_s <= master_s < next_s + NO_SYNC
