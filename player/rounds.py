"""What is played again at its end: a section between two points, or the whole file so often."""

from __future__ import annotations

from collections.abc import Callable

from player.cut import Cut

SHORTEST_S = 0.05
"""Points that lie closer together hold nothing to play."""


class Rounds:
    """Says where to go on at an end. Used by the owner's thread alone; seeking is done by whoever owns it.

    The points count from the container's start, which lies at `origin_s`.
    """

    def __init__(
        self, cut: Cut, origin_s: float, plays: int, now: Callable[[], float], duration_s: float | None = None
    ) -> None:
        self.points: tuple[float | None, float | None] = (None, None)
        self._cut = cut
        self._origin_s = origin_s
        self._now = now
        self._duration_s = duration_s
        self._began: float | None = None  # when the newest round of the section did
        self._fresh = False  # the points were set, and nothing was played since
        self.left: int | None = 0
        self.set_plays(plays)

    def set_plays(self, plays: int) -> None:
        """How often in all, this time included; 0 is for ever."""
        self.left = None if plays == 0 else plays - 1

    def set_points(self, a_s: float | None, b_s: float | None) -> None:
        self.points = (a_s, b_s)
        self._fresh = True

    @property
    def section(self) -> tuple[float, float] | None:
        """Container seconds; None while a point is missing, or with nothing between. Either point may come first."""
        first, second = self.points
        if first is None or second is None:
            return None
        begin_s, end_s = min(first, second), max(first, second)
        known_s = end_s if self._duration_s is None else min(end_s, self._duration_s)
        if known_s - begin_s < SHORTEST_S:
            return None
        return self._origin_s + begin_s, self._origin_s + end_s

    @property
    def holds(self) -> bool:
        """Whether the section's end is an end now."""
        return self._cut.turn_s is not None

    def aim(self, target_s: float, *, paused: bool) -> None:
        """Before a seek: its end holds for who comes to the section playing, and from before its end."""
        section = self.section
        inside = section is not None and target_s < section[1]
        self._cut.turn_s = section[1] if section is not None and inside and not paused else None

    def entry(self, here_s: float, *, resumes: bool) -> float | None:
        """Where to seek so that the section is played, or no longer is; None when nothing is to be done.

        Who pauses, goes behind the section and plays on has left it; who sets its end there has not.
        """
        section, fresh = self.section, self._fresh
        self._fresh = False
        if section is None:
            return here_s if self.holds else None
        if here_s < section[1]:
            return None if resumes and self.holds else here_s
        return section[0] if fresh else None

    def next_start(self) -> float | None:
        """At the end: where the next round begins, in container seconds; None when it was the last."""
        section = self.section
        if section is not None and self.holds and self._leads_somewhere():
            return section[0]
        if self.left == 0:
            return None
        if self.left is not None:
            self.left -= 1
        return self._cut.start_s

    def _leads_somewhere(self) -> bool:
        """Not when a round took no time: there is nothing between the points, in a gap or behind the file's end."""
        before, self._began = self._began, self._now()
        if before is not None and self._began - before < SHORTEST_S / 10.0:
            self.points = (None, None)
            return False
        return True
