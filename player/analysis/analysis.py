"""Detections over a playing file: which models look at which pictures, and what they see in the one on screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from player.analysis.trust import Trust
from player.analysis.view import View
from player.worker import JOIN_DEADLINE_S

if TYPE_CHECKING:
    from player.analysis.selection import Selection
    from player.records import Picture

Policy = Literal["live", "sync"]
Rectangle = tuple[float, float, float, float]
__all__ = ["Analysis", "Policy", "Rectangle", "View"]

MAX_MODELS = 2
BUDGET_BYTES = 64 * 1024 * 1024


class Analysis:
    """Up to two models, each on its own thread `analysis-N`. All methods belong to the owner's thread unless said.

    Hand it to `Player.set_watch` (it is a `player.watching.Watch`), and what is on screen to `shown`. A wake-up says
    that `look` may tell something else. Other files, tracks, filters and numbers the player tells by itself.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        wakeup: Callable[[], None],
        budget_bytes: int = BUDGET_BYTES,
    ) -> None:
        raise NotImplementedError

    # Models.

    def add(
        self,
        path: str | Path,
        *,
        device: str = "auto",
        trust: Trust,
        selection: Selection | None = None,
    ) -> int:
        """Loads a model on a thread of its own; returns the slot (0 or 1). Raises UsageError when two are there.

        Without a selection the model's card says what is shown.
        """
        raise NotImplementedError

    def remove(self, slot: int) -> None:
        """Lets a model go, at once; its thread ends when its present run has."""
        raise NotImplementedError

    def close(self, deadline_s: float = JOIN_DEADLINE_S) -> None:
        """Ends all threads. Raises ThreadStuckError when a run does not end in time: it cannot be interrupted."""
        raise NotImplementedError

    # What is wanted.

    policy: Policy
    on: bool

    def set_policy(self, policy: Policy) -> None:
        """live: playback never waits. sync: a picture is shown when its boxes are there."""
        raise NotImplementedError

    def set_on(self, on: bool) -> None:
        raise NotImplementedError

    def set_region(self, region: Rectangle | None) -> None:
        """All that the models see, in coded pixels; what they found before is forgotten."""
        raise NotImplementedError

    def set_tile(self, tile: int | None) -> None:
        raise NotImplementedError

    def set_selection(self, slot: int, selection: Selection) -> None:
        """At once and with no new run."""
        raise NotImplementedError

    def selection(self, slot: int) -> Selection:
        raise NotImplementedError

    def forget(self) -> None:
        """Nothing that was found so far counts."""
        raise NotImplementedError

    # The picture on screen.

    def shown(self, picture: Picture, *, resting: bool) -> None:
        """`picture` is on screen. `resting`: paused or stepped to, so that it must become exact; say so again when
        that changes."""
        raise NotImplementedError

    def look(self, picture: Picture | None) -> tuple[View, ...]:
        """A view a slot, for the picture on screen; of None, how the models fare. Cheap when nothing has changed."""
        raise NotImplementedError

    def report(self) -> dict[str, object]:
        """The playback report's `inference`; empty without a model."""
        raise NotImplementedError
